"""A micro-batch: files that came after the last build, read by the shop's own source, as they stand and not settled.

Nothing is adopted, cut or kept: the next refresh takes these files in as it takes in all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from customary.engine import memory_database
from customary.intake import computed, raws, readers, repeats
from customary.intake.adopt import recognise, sha256
from customary.intake.load import BOOKS, Order, stage
from customary.intake.settings import read_settings
from customary.intake.source import source_of

# Who is known by a visitor's number, of whoever said in these files who they are.
_KNOWN = """select visitor_id, max(customer_id) from events where customer_id is not null and visitor_id is not null
    group by visitor_id having count(distinct customer_id) = 1"""
_ADDED = "select customer_id, visitor_id, occurred_at, product_id from events where event_name = 'add_to_cart'"
_BOUGHT = """select customer_id, visitor_id, occurred_at from events where event_name = 'purchase'
    union all select customer_id, null, ordered_at from orders"""
_UNTIL = """select max(latest) from (
    select max(occurred_at) as latest from events union all select max(ordered_at) from orders)"""


@dataclass(frozen=True)
class Act:
    """Something that somebody did: the customer or the visitor as the files say, when, and with which product."""

    customer_id: str | None
    visitor_id: str | None
    at: datetime
    product_id: str | None = None


@dataclass(frozen=True)
class MicroBatch:
    """What was put into carts and bought since the last build, who visitors are, and the latest instant of all."""

    added: Sequence[Act] = ()
    bought: Sequence[Act] = ()
    known: Mapping[str, str] | None = None
    until: datetime | None = None


class Fingerprints:
    """The fingerprints of files, each read once as long as its size and time stay."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int], str] = {}

    def of(self, path: Path) -> str:
        """The fingerprint of a file's bytes."""
        state = path.stat()
        key = str(path), state.st_size, state.st_mtime_ns
        if key not in self._found:
            self._found[key] = sha256(path)
        return self._found[key]


def read_batch(folder: Path, paths: Sequence[Path]) -> MicroBatch:
    """What these files, of kinds that the shop has, say of carts and purchases; files of other kinds are refused."""
    if not paths:
        return MicroBatch()
    settings = read_settings(folder)
    source = source_of(folder, settings["source"])
    files = [{"path": str(path), "raw": recognise(path, source).name, "sha256": ""} for path in paths]
    with memory_database() as con:
        _load_as_it_stands(con, Order(source, {**settings, "files": files}, folder))
        return _batch(con)


def _load_as_it_stands(con: duckdb.DuckDBPyConnection, order: Order) -> None:
    """Fill an empty database with what the files say, conformed and not settled; they need not be all of the shop."""
    con.execute(BOOKS)
    for raw in order.source.raw:
        readers.create_raw(con, raw)
    for given in order.files():
        readers.take_in(con, replace(given, kept_in=None), lambda _step, _amount: None)  # no extract of it is kept
    for raw in order.source.raw:
        raws.define(con, raw)
        repeats.set_aside_again(con, raw)
        computed.read(con, raw)
    stage(con, order, lambda _step, _amount: None)


def _batch(con: duckdb.DuckDBPyConnection) -> MicroBatch:
    added = [Act(who, visitor, _utc(at), product) for who, visitor, at, product in _rows(con, _ADDED)]
    bought = [Act(who, visitor, _utc(at)) for who, visitor, at in _rows(con, _BOUGHT)]
    ((until,),) = _rows(con, _UNTIL)
    return MicroBatch(added, bought, dict(_rows(con, _KNOWN)), _utc(until) if until else None)


def _rows(con: duckdb.DuckDBPyConnection, asked: str) -> list[Any]:
    return con.execute(asked).fetchall()


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
