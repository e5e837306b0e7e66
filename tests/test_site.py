"""The site: whether it records what the plan says, how one finds one's way in it, how fast it is.

Judges studies/site and rules/tracking.
"""

from datetime import date

import pytest
from in_memory import read
from logs import log

from customary.errors import Refused
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.studies.site import instrumentation

AS_OF = date(2025, 3, 11)
PLAN = """
[window]
days = 10

[[events]]
name = "view_item"
owner = "web team"
version = "2"
required = ["product_id"]
values = { device = { is = ["phone", "pc"] } }

[[events]]
name = "add_to_cart"
owner = "web team"
version = "1"
required = []
values = { hour = { from = 8, to = 20 } }

[[events]]
name = "share"
owner = "app team"
version = "1"
required = ["network"]
values = {}
"""


def book(plan=PLAN):
    """The default rules with a shop's own instrumentation plan."""
    return RuleBook(RuleBook.from_files(DATA).defaults, {"tracking": plan}, shop="mine")


def held_against(rows, *columns, plan=PLAN, **options):
    """The rows of the study for a log of March 2025, in the columns asked."""
    return read(instrumentation(log(*rows), AS_OF, book(plan), **options), *columns)


# --- the instrumentation plan ----------------------------------------------------------------------


def test_what_is_planned_came_or_is_missing():
    """Two of the three events seen are views, nobody shared: share is missing, with who answers for it."""
    rows = [("ann", "10:00", "view_item", {"product_id": "mug"})] * 2 + [("ann", "10:01", "add_to_cart")]
    columns = ("state", "event_name", "event_count", "event_share", "owner", "plan_version")
    assert held_against(rows, *columns) == [
        ("missing", "share", 0, 0, "app team", "1"),
        ("as planned", "view_item", 2, 0.6667, "web team", "2"),
        ("as planned", "add_to_cart", 1, 0.3333, "web team", "1"),
    ]


def test_a_property_is_missing_or_out_of_range_with_its_share_and_an_example():
    """Of four views one names no product, on /lamp; one of the devices is a fridge. 20:30 is not before 20."""
    rows = [
        ("ann", "10:00", "view_item", {"product_id": "mug", "device": "phone"}),
        ("ann", "10:01", "view_item", {"product_id": "mug", "device": "fridge"}),
        ("ann", "10:02", "view_item", {"product_id": "mug"}),
        ("ann", "10:03", "view_item", {"page": "/lamp"}),
        ("ben", "20:30", "add_to_cart"),
    ]
    found = held_against(rows, "state", "event_name", "property", "faulty_count", "faulty_share", "example")
    assert [row for row in found if row[2]] == [
        ("property missing", "view_item", "product_id", 1, 0.25, "/lamp"),
        ("out of range", "view_item", "device", 1, 0.25, "fridge"),
        ("out of range", "add_to_cart", "hour", 1, 1, "20"),
    ]


@pytest.mark.parametrize(
    ("written", "state", "nearest"),
    [
        ("Add To-Cart", "misspelt", "add_to_cart"),
        ("add_to_crat", "misspelt", "add_to_cart"),
        ("add_to_card", "misspelt", "add_to_cart"),
        ("shara", "misspelt", "share"),
        ("shore_", "misspelt", "share"),
        ("sharing", "new event", None),
        ("addtobag", "new event", None),
        ("分享", "new event", None),
    ],
)
def test_few_letters_are_a_slip_and_more_are_a_name_of_its_own(written, state, nearest):
    """None but signs and capitals, one letter of five, two of nine; the entry that was probably meant stands beside."""
    found = held_against([("ann", "10:00", written)], "state", "event_name", "nearest", "event_share")
    assert [row for row in found if row[1] == written] == [(state, written, nearest, 1)]


def test_a_source_may_call_it_otherwise():
    """The plan speaks as the source or as the vocabulary: both mean one entry; a tag's own events are not judged."""
    rows = log(("ann", "10:00", "view_item"), ("ann", "10:01", "session_start"))
    rows = rows.mutate(source_event_name=rows.event_name.substitute({"view_item": "detail"}))
    for name in ("view_item", "detail"):
        found = read(instrumentation(rows, AS_OF, book(PLAN.replace("view_item", name))), "state", "event_name")
        assert ("as planned", name) in found and "new event" not in {state for state, _name in found}


def test_only_the_last_days_are_judged():
    """The day before the ten days knew a share: it is missing now, and not missing where that day is asked for."""
    rows = [("ann", "2025-02-28 10:00", "share")]
    assert ("missing", "share") in held_against(rows, "state", "event_name")
    asked = held_against(rows, "state", "event_name", during=(date(2025, 2, 28), date(2025, 3, 1)))
    assert ("as planned", "share") in asked and ("missing", "view_item") in asked


def test_a_property_that_no_event_can_have_is_not_in_the_log():
    """No column of the log is called weather: every share lacks it."""
    plan = PLAN.replace('required = ["network"]', 'required = ["weather"]')
    found = held_against([("ann", "10:00", "share")], "state", "property", "faulty_share", plan=plan)
    assert ("not in the log", "weather", 1) in found


def test_an_example_names_nobody():
    """A value with an address is somebody's own; that it is out of range is said all the same."""
    rows = [("ann", "10:00", "view_item", {"product_id": "mug", "device": "ann@example.org"})]
    (row,) = [row for row in held_against(rows, "state", "example") if row[0] == "out of range"]
    assert row == ("out of range", "(with numbers or addresses)")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "share"', 'name = "view_item"', "expects “view_item” twice"),
        ("from = 8, to = 20", "from = 20, to = 8", "add_to_cart.*is empty"),
        ("device = { is", "device = { are", "view_item.*“are”"),
        ("hour = { from", "page = { from", "bounds page by numbers"),
    ],
)
def test_a_plan_that_means_nothing_is_refused(old, new, said):
    """In a sentence that names the event."""
    with pytest.raises(Refused, match=said):
        held_against([("ann", "10:00", "share")], plan=PLAN.replace(old, new))


def test_a_build_says_how_the_log_differs_from_the_shops_own_plan(tiny_shop):
    """One line: what is missing, misspelt, not filled in, and new; a shop without a plan of its own hears nothing."""
    seen = {"customer_id": "ann", "visitor_id": "ann", "occurred_at": "2025-03-09 10:00"}
    names = ("view_item", "AddToCart", "wave")
    events = [{**seen, "event_id": name, "event_name": name, "page": "/lamp"} for name in names]
    shop = tiny_shop(name="planned", events=events, as_of="2025-03-11")
    assert not plan_lines(shop)
    (shop.snapshot.folder / "tracking.toml").write_text(PLAN, "utf-8")
    assert plan_lines(tiny_shop(name="planned", events=events, as_of="2025-03-11")) == [
        "instrumentation plan: missing: add_to_cart, share; misspelt: AddToCart for add_to_cart 33.3%, such as /lamp; "
        "properties missing: view_item.product_id 100%, such as /lamp; new: wave 33.3%, such as /lamp"
    ]


def plan_lines(shop):
    """The lines of a build's report that speak of the instrumentation plan."""
    return [line for line in shop.snapshot.facts["report"] if line.startswith("instrumentation plan")]
