"""A shop's typed tables onto other engines, everything computed there, and what came of it beside the shop."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from customary import intake
from customary.engine import working_database
from customary.engines import name_of, passing_place
from customary.engines.certificate import Certificate, Verdict
from customary.engines.shop import EngineShop
from customary.errors import Refused
from customary.publish import pseudonyms
from customary.publish.certificate import compare_shops, everything, keep
from customary.publish.elsewhere import copy_books, copy_tables, derive, facts_of
from customary.publish.progress import Progress
from customary.publish.snapshots import order_of
from customary.shop import Shop
from customary.wording import say

DUCKDB = "duckdb"


@contextmanager
def typed_tables(shop: Shop, progress: Progress) -> Iterator[duckdb.DuckDBPyConnection]:
    """The typed tables of a shop, loaded from its files as its build did; they are gone afterwards.

    Raises `Refused` where the files are no longer those of the snapshot.
    """
    folder = shop.snapshot.folder
    order = order_of(folder, as_of=shop.as_of.isoformat())
    if [file["sha256"] for file in order.settings.get("files", [])] != shop.snapshot.facts.get("files"):
        raise Refused("the files of shop “{name}” changed since: `customary build {name}` first", name=shop.name)
    with tempfile.TemporaryDirectory() as aside, working_database(Path(aside) / "shop.duckdb") as con:
        intake.load(con, order, progress)
        pseudonyms.hide_people(con, folder)
        yield con


def certify(
    shop: Shop, addresses: Mapping[str, str], progress: Progress, wanted: list[tuple[str, str]] | None = None
) -> Certificate:
    """Certify a published shop on the engines at `addresses`, by name, and keep the certificate beside it.

    All that is defined is compared, or the `wanted` of it by kind and name. Raises `Refused` where an engine does not
    answer; what it cannot do of a single definition stands in the certificate.
    """
    with typed_tables(shop, progress) as con:
        found = [_certify_on(shop, con, name, address, progress, wanted) for name, address in addresses.items()]
    versions = {DUCKDB: f"DuckDB {duckdb.__version__}", **{name: version for name, version, _lines in found}}
    lines = tuple(line for _name, _version, lines in found for line in lines)
    certificate = Certificate(shop.snapshot.version, versions, lines)
    if wanted is None:
        keep(shop.snapshot.folder, certificate)
    return certificate


def _certify_on(
    shop: Shop,
    con: duckdb.DuckDBPyConnection,
    name: str,
    address: str,
    progress: Progress,
    wanted: list[tuple[str, str]] | None,
) -> tuple[str, str, list[Verdict]]:
    with passing_place(address) as engine:
        progress(say("copying tables onto {engine}", engine=engine.version), 0)
        tables = copy_tables(con, engine)
        copy_books(shop, engine)
        rows = derive(engine, tables, facts_of(shop), progress)
        theirs = EngineShop(shop, engine, rows)
        asked = everything() if wanted is None else wanted
        return name, engine.version, compare_shops(shop, theirs, name, asked, progress)


def addresses_of(given: str, known: Mapping[str, str]) -> dict[str, str]:
    """The engines named in "duckdb,postgres,postgres://…" by name, with their addresses; `known` has those of names."""
    found = {}
    for part in filter(None, (part.strip() for part in given.split(","))):
        if part == DUCKDB:
            continue  # it is what the others are held against
        address = part if "://" in part else known.get(part, "")
        if not address:
            name_of(f"{part}://")
            raise Refused(
                "where is {name}? Write its address instead, such as postgres://name@host:5432/database", name=part
            )
        found[name_of(address)] = address
    if not found:
        raise Refused("DuckDB is held against others: name one more engine, such as --engines postgres")
    return found
