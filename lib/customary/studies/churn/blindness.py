"""The proof that no feature sees the future: take the future away on the shop's own tables, and nothing may change."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir

from customary.dates import Window
from customary.declare import fit
from customary.errors import Refused
from customary.rules.book import RuleBook
from customary.studies.churn import features
from customary.studies.churn.cuts import end_of, horizon_of, known_tables, windows_of
from customary.studies.churn.features import FINAL, KEY, Tables, at_cuts, day_known

Build = Callable[[Tables], ir.Table]
TIMES = ("cut_day", "day", "ts_s", "paid_local", "started_local", "duration_seconds")


def _garble(column: ir.Column) -> ir.Value:
    """Another value of the same type, and one where there was none."""
    kind = column.type()
    if kind.is_boolean():
        return ~column.fill_null(False)
    if kind.is_numeric():
        return (column.fill_null(0) + 1).cast(kind)
    return ibis.null(kind)


def without_future(tables: Tables) -> Tables:
    """The tables of a shop that stopped when each cut day began: no later rows, what later days write is garbled."""
    found = {}
    for name, t in tables.items():
        later = [column for column in t.columns if column not in (*FINAL[name], *TIMES)]
        found[name] = t.filter(day_known(name, t) < t.cut_day).mutate(**{c: _garble(t[c]) for c in later})
    return found


def _is_same(now: ir.Value, then: ir.Value) -> ir.BooleanValue:
    """Whether two values are equal but for the last digits of a float, or neither is known."""
    return ((now - then).abs() <= 1e-9 * (1 + now.abs())) | (now.isnull() & then.isnull())


def differing(build: Build, tables: Tables) -> ir.Table:
    """One row: for each feature, how many customers have another value once the shop stops on the cut days."""
    whole, cut = build(tables), build(without_future(tables))
    names = [name for name in whole.columns if name not in KEY]
    cut = cut.rename({f"{name}_then": name for name in (*KEY, *names)})
    t = whole.outer_join(cut, [whole[key] == cut[f"{key}_then"] for key in KEY])
    missing = t.customer_id.isnull() | t.customer_id_then.isnull()
    who = ibis.coalesce(t.customer_id, t.customer_id_then)
    near = {name: _is_same(t[name], t[f"{name}_then"]) for name in names}
    return t.agg(**{name: who.nunique(where=missing | ~same.fill_null(False)) for name, same in near.items()})


def refuse_leak(counts: Mapping[str, int]) -> None:
    """Refuse features that changed when the future was taken away; `counts` are the numbers of `differing`."""
    leaks = [f"{name} ({count:,} customers)" for name, count in counts.items() if count]
    if leaks:
        raise Refused("these features see what comes after the cut: {names}", names=leaks)


def differing_features(
    named_orders: ir.Table,
    returns: ir.Table,
    sessions: ir.Table,
    tickets: ir.Table,
    present_frames: frozenset[str],
    as_of: date,
    shop_rules: RuleBook,
    *,
    horizon: int = 0,
    windows: int = 0,
    during: Window | None = None,
) -> ir.Table:
    """For each feature, how many customers have another value at the training cuts once the shop stops there."""
    tables = known_tables(named_orders, returns, sessions, tickets, present_frames, during)
    days, end = horizon_of(shop_rules, horizon), end_of(as_of, during)
    training = [end - (2 + back) * days for back in range(windows_of(shop_rules, windows) + 1)]
    return differing(partial(features.facts, horizon=days), at_cuts(tables, training))


@fit(table=differing_features)
def blind_features(columns: Mapping[str, Any]) -> tuple[str, ...]:
    """The features of the churn score, proved on the shop's own tables not to change with what comes after a cut.

    Raises `Refused` with the name of each feature that does.
    """
    refuse_leak({name: int(count[0]) for name, count in columns.items()})
    return tuple(columns)
