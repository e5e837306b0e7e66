"""What customers want changed: the evidence by product and topic, who answers for it, and what became of it.

Judges studies/feedback/to_change and studies/feedback/evidence, and the changes that the demo shop has made.
"""

from datetime import date
from importlib.resources import files

import pyarrow.parquet as pq
import pytest
from conftest import adopted
from in_memory import read, table

from customary import demo, study
from customary.errors import UnknownName
from customary.places import DATA
from customary.rules.book import RuleBook
from customary.rules.changes import changes_of
from customary.studies.feedback import what_to_change

CHANGES = """
[[changes]]
name = "thicker sole"
about = "product"
of = "boot"
what = "another sole"
owner = "purchasing"
state = "planned"
"""
ALL = ("orders", "returns", "tickets", "responses", "events")
LINES = "order_id string, customer_id string, product_id string, product_name string, category string"
LINES += ", return_delay_days int32, day int32"
CASES = "kind string, order_id string, topic string, day int32, month_on date"
ANSWERS = "survey string, score int32, order_id string, product_id string"


def asked(lines, *columns, cases=(), answers=(), searches=(), frames=ALL, changes="changes = []", **options):
    """The rows of the study in these columns, of order lines (order, product, days until it came back)."""
    orders = sorted({order for order, _product, _back in lines})
    back = {order for order, _product, days in lines if days is not None}
    told = table(
        "order_id string, customer_id string, day int32, days_to_next int32, is_returned boolean",
        *((order, f"c{order}", 0, None, order in back) for order in orders),
    )
    rows = [(order, f"c{order}", product, product.title(), "shoes", days, 0) for order, product, days in lines]
    book = RuleBook(RuleBook.from_files(DATA).defaults, {"changes": changes}, shop="mine")
    found = what_to_change(
        told,
        table(LINES, *rows),
        table(CASES, *cases),
        table(ANSWERS, *answers),
        table("event_name string, search_term string", *(("search", term) for term in searches)),
        date(1970, 12, 1),
        frozenset(frames),
        book,
        **{"least": 1, **options},
    )
    return read(found, *columns)


EVIDENCE = ("change_of", "order_count", "returned_count", "complaint_count", "low_review_count", "detractor_count")


def test_each_sign_counts_orders_of_the_product():
    """Of two orders one came back; of one somebody complained, and its buyer would not recommend the shop."""
    cases = [
        ("complaint", "o1", "product quality", 1, "1970-01-01"),
        ("question", "o2", "product quality", 1, "1970-01-01"),
    ]
    answers = [("nps", 6, "o1", None), ("nps", 7, "o2", None), ("review", 2, None, "boot"), ("review", 3, None, "boot")]
    rows = asked([("o1", "boot", 4), ("o2", "boot", None)], *EVIDENCE, cases=cases, answers=answers, about="product")
    assert rows == [("boot", 2, 1, 1, 1, 1)]


def test_a_late_parcel_is_no_fault_of_the_boot():
    """A complaint about delivery is one of its topic, and none of the product in the parcel."""
    cases = [("complaint", "o1", "delivery", 1, "1970-01-01")]
    rows = asked([("o1", "boot", 4)], "change_about", "complaint_count", cases=cases)
    assert sorted(rows) == [("product", 0), ("topic", 1)]


def test_searches_are_those_for_the_very_name():
    """“ BOOT” names it, “boots” does not."""
    rows = asked([("o1", "boot", 4)], "search_count", searches=[" BOOT", "boot", "boots"])
    assert rows == [(2,)]


def test_what_the_shop_does_not_record_is_unknown():
    """Without answers, events and cases nobody knows of low reviews, searches or complaints: not 0."""
    names = ("complaint_count", "low_review_count", "detractor_count", "search_count", "returned_count")
    assert asked([("o1", "boot", 4)], *names, frames=("orders", "returns")) == [(None, None, None, None, 1)]


def test_a_sign_stands_out_beyond_its_category():
    """30 of 40 boots came back and 2 of 100 sandals: the one is a sign, and stands first; the other is none."""
    lines = [(f"b{n}", "boot", 3 if n < 30 else None) for n in range(40)]
    lines += [(f"s{n}", "sandal", 3 if n < 2 else None) for n in range(100)]
    assert asked(lines, "change_of", "sign_count", "evidence_count") == [("boot", 1, 30), ("sandal", 0, 2)]


def test_a_topic_recurs_in_three_months():
    """Complaints of delivery in three months are worth preventing, thirty of payment in one are an incident."""
    cases = [("complaint", None, "delivery", 1, f"1970-0{month}-01") for month in (1, 2, 3)]
    cases += [("complaint", None, "payment", 1, "1970-02-01")] * 30
    rows = asked([("o1", "boot", None)], "change_of", "month_count", "sign_count", cases=cases, about="topic")
    assert rows == [("delivery", 3, 1), ("payment", 1, 0)]


def test_who_answers_for_it_and_where_it_stands():
    """The boot's change is planned and purchasing answers for it; nobody has decided on the sandal."""
    lines = [("o1", "boot", None), ("o2", "sandal", 3)]
    names = ("change_of", "change_owner", "change_state", "returns_verdict")
    assert dict((name, rest) for name, *rest in asked(lines, *names, changes=CHANGES)) == {
        "boot": ["purchasing", "planned", None],
        "sandal": [None, "open", None],
    }


def test_little_evidence_is_left_out_unless_a_change_names_it():
    """One return is less than two: the sandal is left out, the boot stays."""
    lines = [("o1", "boot", None), ("o2", "sandal", 3)]
    assert asked(lines, "change_of", changes=CHANGES, least=2) == [("boot",)]


def test_a_subject_that_is_none_is_refused():
    """“topics” is no subject, “topic” is."""
    with pytest.raises(UnknownName, match="did you mean topic"):
        asked([("o1", "boot", 4)], "change_of", about="topics")


# ---- the demo shop ---------------------------------------------------------------------------------------


def test_the_demo_notes_what_it_changed(tmp_path):
    """Each change of its `changes.toml` names what it is about, and the two of products have their truth."""
    demo.generate(tmp_path, customers=100)
    book = RuleBook(RuleBook.from_files(DATA).defaults, {"changes": (tmp_path / "changes.toml").read_text("utf-8")})
    stories = pq.read_table(tmp_path / "truth" / "stories.parquet").to_pylist()
    truth = {story["subject"]: (story["planted"], story["normal"]) for story in stories if "change" in story["story"]}
    of_products = [change.of for change in changes_of(book["changes"]) if change.about == "product"]
    assert {name: float(after) < float(before) for name, (after, before) in truth.items()} == {
        "P01196": True,
        "P01291": False,
    }
    assert sorted(truth) == sorted(of_products)


@pytest.mark.slow
def test_the_change_that_worked_is_told_from_the_one_that_did_not(shops, tmp_path):
    """Bags sealed twice come back more rarely, by an interval that leaves out zero; of the cable nothing is shown."""
    demo.generate(tmp_path, customers=12_000)
    shop_files = [tmp_path / "files" / name for name in demo.RAW_FILES]
    folder = shops / "changed"
    folder.mkdir()
    (folder / "changes.toml").write_text(files("customary.demo").joinpath("changes.toml").read_text("utf-8"), "utf-8")
    shop = adopted("changed", "demo", shop_files, as_of=str(demo.AS_OF))
    rows = {(row["change_of"], row["figure"]): row for row in study(shop, "change_effects").to_pylist()}
    worked, did_not = rows["P01196", "returns"], rows["P01291", "returns"]
    assert worked["verdict"] == "fewer" and worked["high_effect_points"] < -0.05
    assert did_not["verdict"] == "no difference shown"
