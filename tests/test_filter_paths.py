"""Paths of filters that a stakeholder takes: what is shown is of ten people or more, and so is what is left over.

The people behind each figure are counted here by Python, from the rows that the shop was made of.
"""

import random
from itertools import product

import pytest
from given import sold

from customary import measure
from customary.errors import Refused
from customary.shop import Shop

FEWEST = 10
PATHS, MANY = 8, 10_000
VALUES = {
    "country": ["CN"] * 8 + ["DE"] * 3 + ["FR", "IT"],
    "region": ["north"] * 4 + ["south"] * 4 + ["east"] * 2 + ["isle"],
    "channel": ["web"] * 6 + ["app"] * 3 + ["shop"],
}


def made_orders(chance):
    """300 customers with one to three orders each, some values much rarer than others."""
    for number in range(300):
        home = {name: chance.choice(values) for name, values in VALUES.items()}
        for each in range(chance.randint(1, 3)):
            month = chance.randint(1, 3)
            yield sold(f"o{number}-{each}", f"c{number}", f"2025-0{month}-1{each} 10:00", 5, **home)


ORDERS = list(made_orders(random.Random(7)))


@pytest.fixture(scope="module")
def viewer(tiny_shop):
    """The shop as a stakeholder sees it."""
    shop = tiny_shop(orders=ORDERS, as_of="2025-04-01", name="filter_paths")
    return Shop(shop.name, shop.snapshot, "stakeholder")


def path(chance):
    """A split, and a selection on some columns of some of their values."""
    where = {
        name: chance.sample(sorted(set(VALUES[name])), chance.randint(1, len(set(VALUES[name]))))
        for name in chance.sample(sorted(VALUES), chance.randint(0, 3))
    }
    by = tuple(chance.sample(sorted(VALUES), chance.randint(0, 2)))
    return by, where


def people(rows):
    """The customers behind some orders."""
    return {row["customer_id"] for row in rows}


def is_few(rows):
    """Whether there are some, but fewer than may be shown."""
    return 0 < len(people(rows)) < FEWEST


def chosen(where):
    """The orders of a selection."""
    return [row for row in ORDERS if all(row[name] in values for name, values in where.items())]


def shown_groups(viewer, by, where):
    """Group → the orders that are said of it, of the groups of which something is said; None where all is refused."""
    try:
        answer = measure(viewer, "order_count", "net_revenue", by=by, where=where).to_pylist()
    except Refused:
        return {}
    return {tuple(row[name] for name in by): row["order_count"] for row in answer if row["order_count"] is not None}


def faults(viewer, by, where):
    """What a path gives away: small groups, small remainders of a total, small remainders of a wider selection."""
    rows, shown = chosen(where), shown_groups(viewer, by, where)
    groups = {key: [row for row in rows if tuple(row[name] for name in by) == key] for key in keys_of(by)}
    for key, count in shown.items():
        if key not in groups:  # “other”: several groups together
            continue
        assert count == len(groups[key]), (by, where, key)
        if is_few(groups[key]):
            yield "shown", key
    if not shown:
        return
    hidden = [row for key, found in groups.items() if key not in shown for row in found]
    if by and is_few(hidden) and is_shown(viewer, where):
        yield "left of the total", by
    for name in where:
        wider = {other: values for other, values in where.items() if other != name}
        rest = [row for row in chosen(wider) if row[name] not in where[name]]
        if is_few(rest) and is_shown(viewer, wider) and is_shown(viewer, where):
            yield "left by", name


def is_shown(viewer, where):
    """Whether a selection has a figure without any split."""
    return bool(shown_groups(viewer, (), where))


def keys_of(by):
    """Every group that a split may have."""
    return list(product(*(sorted(set(VALUES[name])) for name in by)))


def all_faults(viewer, seed, count):
    """What `count` random paths give away."""
    chance = random.Random(seed)
    paths = [path(chance) for _ in range(count)]
    return [(by, where, fault) for by, where in paths for fault in faults(viewer, by, where)]


def test_the_sample_has_small_groups():
    """Otherwise nothing would be tried: France on the isle has fewer than ten people, and so have others."""
    pairs = [{"country": [country], "region": [region]} for country, region in keys_of(("country", "region"))]
    assert sum(is_few(chosen(where)) for where in pairs) >= 4


def test_no_path_shows_or_leaves_few(viewer):
    """Splits and selections at random."""
    assert all_faults(viewer, 1, PATHS) == []


@pytest.mark.slow
def test_no_path_of_many_shows_or_leaves_few(viewer):
    """The same of ten thousand."""
    assert all_faults(viewer, 2, MANY) == []
