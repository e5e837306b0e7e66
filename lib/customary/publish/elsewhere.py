"""Frames and portraits computed on another engine, from typed tables that stand there, by the same expressions."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from customary import frames, standard
from customary.engines import Engine, passing_place
from customary.portraits import common_facts, draw_portraits, portraits
from customary.publish.progress import Progress
from customary.rules.book import RuleBook
from customary.shop import BOOKS, WEEKDAYS, Shop
from customary.wording import say, word

TYPED = "typed_"  # begins the name of a typed table that was copied; frames of the same name stand beside it


class Placed(Mapping[str, ir.Table]):
    """Tables of an engine by name, those called `names`, each looked at when it is asked for."""

    def __init__(self, engine: Engine, names: tuple[str, ...], begins: str = "") -> None:
        self._engine, self._names, self._begins = engine, names, begins

    def __getitem__(self, name: str) -> ir.Table:
        if name not in self._names:
            raise KeyError(name)
        return self._engine.table(self._begins + name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def copy_tables(con: duckdb.DuckDBPyConnection, engine: Engine) -> Placed:
    """Copy the typed tables of a loaded working database onto an engine."""
    names = (*standard.declared_tables(), frames.GIVEN)
    for name in names:
        engine.load(TYPED + name, con.execute(f'select * from "{name}"').to_arrow_table())
    return Placed(engine, names, TYPED)


def copy_books(shop: Shop, engine: Engine) -> None:
    """Copy what the intake has found of a shop: it is no matter of the engine that its tables live on."""
    for name in BOOKS:
        engine.load(name, shop.fetch(shop.frame(name)))


def facts_of(shop: Shop) -> dict[str, Any]:
    """What frames rest on beside their tables, as the shop's snapshot has it."""
    return {
        "as_of": shop.as_of,
        "week_start": WEEKDAYS.index(shop.week_start),
        "unnamed_orders": shop.snapshot.facts["unnamed_orders"],
        "shop_rules": shop.rules,
    }


def derive(engine: Engine, tables: Mapping[str, ir.Table], facts: dict[str, Any], progress: Progress) -> dict[str, int]:
    """Compute every frame and the portraits on an engine; gives the rows of each."""
    made = Placed(engine, (*frames.ASIDE, *frames.ORDER))

    def keep(name: str, compose: frames.Compose) -> None:
        progress(say("building frame {name}", name=word(name.replace("_", " "))), 0)
        engine.keep(name, compose())

    frames.write(tables, facts, made, keep)
    keep(portraits.name, lambda: _portray(engine, made, facts["as_of"], facts["shop_rules"]))
    return _row_counts(engine, (*frames.ORDER, portraits.name))


def _portray(engine: Engine, made: Mapping[str, ir.Table], day: date, shop_rules: RuleBook) -> ir.Table:
    """The portraits of everybody; what they know of all is worked out first."""
    sources = {name: made[name] for name in portraits.needs if name in made}
    shared = common_facts(**sources, shop_rules=shop_rules)
    for name, rows in shared.items():
        engine.keep(f"all_{name}", rows)
    known = {name: engine.table(f"all_{name}") for name in shared}
    return draw_portraits(**sources, as_of=day, shop_rules=shop_rules, known=known)


def _row_counts(engine: Engine, names: tuple[str, ...]) -> dict[str, int]:
    counts = [engine.table(name).agg(name=ibis.literal(name), n=ibis._.count()) for name in names]
    found = {row["name"]: row["n"] for row in engine.fetch(ibis.union(*counts)).to_pylist()}
    return {name: int(found[name]) for name in names}


def compute_elsewhere(
    con: duckdb.DuckDBPyConnection, address: str, facts: Mapping[str, Any], progress: Progress
) -> None:
    """Compute the frames of a build on the engine at `address`, into the empty tables that the build has for them.

    The typed tables of `con` are copied there; nothing of them stays. Raises `Refused` where the engine does not
    answer, or is lost on the way: then nothing is published.
    """
    with passing_place(address) as engine:
        progress(say("copying tables onto {engine}", engine=engine.version), 0)
        tables, made = copy_tables(con, engine), Placed(engine, (*frames.ASIDE, *frames.ORDER))

        def keep(name: str, compose: frames.Compose) -> None:
            progress(say("building frame {name}", name=word(name.replace("_", " "))), 0)
            rows = compose()
            engine.keep(name, rows)
            _bring_back(con, engine.fetch(engine.table(name).cast(rows.schema())), name)

        frames.write(tables, facts, made, keep)


def _bring_back(con: duckdb.DuckDBPyConnection, rows: pa.Table, name: str) -> None:
    place = name if name in frames.ASIDE else f"final.{name}"
    con.register("_brought", rows)
    con.execute(f"insert into {place} by name from _brought")
    con.unregister("_brought")
