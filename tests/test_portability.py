"""What frames, metrics and studies are written in means one thing on every engine: rules of the source itself."""

import ast

from every import LIB_ROOMS_OF_MEANING, every

# Each is lacking, or is something else, on an engine that a shop may live on; behind it what is written instead.
NOT_ON_ALL = {
    "arbitrary": "max(where=…): any of several rows is another one on every engine",
    "first": "a row number, or max(where=…)",
    "last": "a row number, or max(where=…)",
    "collect": "a group of a row number",
    "group_concat": "rows",
    "mode": "the greatest of counted rows",
    "bit_or": "a maximum of yes and no",
    "bit_and": "a minimum of yes and no",
    "asof_join": "a window over both tables",
    "bucket": "whole numbers of days or seconds",
    "hash": "hexdigest: every engine has prints of its own",
    "rowid": "a row number in a total order",
    "sample": "the lowest prints of keys",
    "approx_nunique": "nunique: what is approximate is no figure",
    "approx_median": "median",
    "approx_quantile": "quantile",
    "strftime": "year(), month() and day()",
}
# Aggregates that not every engine has over a window: they stand for one row, and are joined or a scalar.
NEVER_OVER = {"quantile", "median", "nunique"}

every_room_of_meaning = every(LIB_ROOMS_OF_MEANING)


def calls(path):
    """The method calls of a file: their names and nodes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


@every_room_of_meaning
def test_nothing_is_written_that_an_engine_lacks(path):
    """What is written instead stands beside each name."""
    found = {f"line {node.lineno}: .{name}(): {NOT_ON_ALL[name]}" for name, node in calls(path) if name in NOT_ON_ALL}
    assert not found, sorted(found)


def behind(node):
    """The methods that a chain of calls has before its last one."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield node.func.attr
        node = node.func.value


@every_room_of_meaning
def test_quantiles_and_distinct_counts_stand_over_no_window(path):
    """PostgreSQL has neither over a window; Spark has no distinct count there."""
    found = [node.lineno for name, node in calls(path) if name == "over" and NEVER_OVER & {*behind(node)}]
    assert not found, f"lines {found}"


@every_room_of_meaning
def test_a_row_number_has_an_order(path):
    """Numbers without an order go by chance; a limit of rows that have none keeps others each time."""
    found = []
    for name, node in calls(path):
        if name == "over" and {*behind(node)} & {"row_number", "lag", "lead", "ntile"}:
            given = ast.unparse(node)
            found += [] if "order_by" in given or _is_named_window(node) else [node.lineno]
    assert not found, f"lines {found}"


def _is_named_window(node):
    """Whether the window is made elsewhere: by a name, or by a function of its own."""
    return bool(node.args) and isinstance(node.args[0], ast.Name | ast.Call)
