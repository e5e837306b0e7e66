"""What a file says of itself beside its numbers: signs of currencies, time zones, and that it has no days at all.

Judges intake/recognise/signs, intake/recognise/currencies, intake/recognise/zones, intake/recognise/no_days,
intake/recognise/edits and intake/trial.
"""

from pathlib import Path

import duckdb
import pytest

from customary.errors import Refused
from customary.intake import trial
from customary.intake.recognise import currencies, every_row, signs, zones
from customary.intake.recognise.edits import answers_by_edits
from customary.intake.recognise.kinds import Recognition
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import Meaning
from customary.intake.recognise.no_days import kind_without_days
from customary.intake.recognise.propose import SourceProposal
from customary.intake.recognise.systems import System


def file(text, *, kind="orders", path="sales.csv", sure=0.9, system=None, **meanings):
    """A recognised file: its rows as `a|b` lines below a head, and which column means what."""
    head, *rows = [tuple(line.split("|")) for line in text.strip().splitlines()]
    named = {name: Meaning(column, name, "", sure) for name, column in meanings.items()}
    return Recognition(Look(Path(path), "utf-8", "|", 0, True, head, tuple(rows)), kind, named, system)


# --- tables without days -------------------------------------------------------------------------


def without_days(text, sure=0.9, **meanings):
    """What a table without any time is taken for."""
    found = file(text, sure=sure, **meanings)
    return kind_without_days(found.look, found.meanings)


@pytest.mark.parametrize(
    ("text", "meanings", "kind"),
    [
        ("no|sum\n1|5\n2|5", {"order_id": "no", "total": "sum"}, "orders"),
        ("no|sum\n1|5\n2|5", {"order_id": "no", "goods": "sum"}, "orders"),
        ("no|sum\n1|5\n2|5", {"total": "sum"}, ""),
        ("no|sum\n1|5\n1|5", {"order_id": "no", "total": "sum"}, ""),  # a number twice
        ("no|sum\n1|5\n2|5", {"order_id": "no"}, ""),
        ("no|who|city\n1|ann|Oslo", {"order_id": "no", "customer_id": "who"}, "orders"),
        ("no|who\n1|ann", {"order_id": "no", "customer_id": "who"}, ""),  # a list of who has which number
        ("no|who|city\n1|ann|Oslo", {"order_id": "no"}, ""),
        ("no|sum|x\n1|5|2024-01-05", {"order_id": "no", "total": "sum"}, ""),  # perhaps the orders' day
        (
            "no|sum|x\n" + "1|5|2024-01-05\n2|5|2024-01-05\n3|5|2024-01-05\n4|5|a",
            {"order_id": "no", "total": "sum"},
            "orders",
        ),
        ("no|sum|x\n1|5|a", {"order_id": "no", "total": "sum", "birth_day": "x"}, ""),
    ],
)
def test_orders_without_days_have_a_number_each_and_an_amount_or_a_person(text, meanings, kind):
    """Where no column has days: of four values in five being some, they may be the orders'; three of four are not."""
    assert without_days(text, **meanings) == kind
    assert without_days(text, sure=0.89, **meanings) == ""


@pytest.mark.parametrize(
    ("text", "more", "kind"),
    [
        ("Recommend us?\n10\n0", {}, "responses"),
        ("Recommend us?\n11\n0", {}, ""),
        ("Recommend us?\n1\n2\n3\n4\nyes", {}, "responses"),
        ("Recommend us?\n1\n2\n3\nyes", {}, ""),
        ("Recommend us?\nyes\nno", {}, ""),
        ("Points\n10\n0", {}, ""),
        ("Recommend us?|what\n10|mug", {"product_name": "what"}, ""),
        ("Recommend us?|no\n10|1", {"order_id": "no"}, ""),
    ],
)
def test_a_survey_without_days_asks_a_question_and_has_whole_answers_up_to_ten(text, more, kind):
    """Four in five of them, of nothing that was sold."""
    score = text.partition("\n")[0].split("|")[0]
    assert without_days(text, score=score, **more) == kind


def said(*found):
    """How many sentences say that files have no days."""
    return len(list(SourceProposal(found, ()).files_without_days()))


def test_a_file_without_days_is_told_and_so_is_a_shop_without_any():
    """One without a day beside one with days; alone it is said on which day all stands."""
    undated, dated = file("no|sum\n1|5", order_id="no", total="sum"), file("no|at\n1|x", order_id="no", time="at")
    birth = file("who|born\n1|x", kind="customers", birth_day="born")
    known = file("no\n1", order_id="no", system=System("a till", ("no",), select="till/orders.sql"))
    assert (said(undated), said(undated, dated), said(undated, birth), said(undated, known)) == (2, 1, 1, 1)
    assert (said(dated), said(known), said(file("x\n1", kind="returns"))) == (0, 0, 0)


# --- signs beside amounts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code"),
    [("$5", "USD"), ("5 EUR", "EUR"), ("R$ 5,00", "BRL"), ("US$5", "USD"), ("£", None), ("5", None), ("5 X", None)],
)
def test_a_sign_beside_a_number_is_of_a_currency(value, code):
    """Alone it is none, and letters that no currency has are none."""
    assert signs._code(value) == code


def signs_in(folder, text, first=1, **look):
    """The currencies of a file of which the first rows were looked at, by these rows and by all."""
    path = folder / "sales.csv"
    path.write_text(text)
    found = file("\n".join(text.splitlines()[: first + 1]), path=path, total="sum")
    changed = Look(**{**vars(found.look), "goes_on": True, **look})
    return signs.by_signs(found), signs.by_all_signs(Recognition(changed, "orders", found.meanings))


def test_a_sign_of_another_currency_is_found_below_the_first_rows(tmp_path):
    """The first row is in dollars, the third in euros by its sign, or by its letters."""
    assert signs_in(tmp_path, "no|sum\n1|$5\n2|$6\n3|€7\n") == ({"USD"}, {"USD", "EUR"})
    assert signs_in(tmp_path, "no|sum\n1|$5\n2|$6\n3|7 EUR") == ({"USD"}, {"USD", "EUR"})
    assert signs_in(tmp_path, "no|sum\n1|$5\n2|$6\n") == ({"USD"}, {"USD"})


def test_letters_are_looked_for_where_the_first_rows_have_a_currency(tmp_path):
    """Where they have none only signs are; a row of another width is none, and a sign beside no amount is none."""
    assert signs_in(tmp_path, "no|sum\n1|5\n2|6 EUR\n") == (set(), set())
    assert signs_in(tmp_path, "no|sum\n1|5\n2|€6\n") == (set(), {"EUR"})
    assert signs_in(tmp_path, "no|sum\n1|5\n2|€6|more\n€3|7\n") == (set(), set())


def test_lines_are_whole_over_blocks_and_blanks_may_cut_them(tmp_path, monkeypatch):
    """The text comes in pieces of four bytes; a euro sign has three of them."""
    whole = every_row.utf8_blocks
    monkeypatch.setattr(
        every_row,
        "utf8_blocks",
        lambda *asked: (block[n : n + 4] for block in whole(*asked) for n in range(0, len(block), 4)),
    )
    assert signs_in(tmp_path, "no|sum\n1|$5\n2|€6\n3|£7") == ({"USD"}, {"USD", "EUR", "GBP"})
    spaced = signs_in(tmp_path, "no|sum\n1|$5\n2 €6\n", delimiter="whitespace")
    assert spaced == ({"USD"}, {"USD", "EUR"})


# --- currencies ----------------------------------------------------------------------------------

SHOP = System("a shop system", ("no",), currency="CHF", time_zone="Europe/Zurich")


@pytest.mark.parametrize(
    ("text", "facts", "named"),
    [
        ("no|in\n1|eur\n2|USD\n3|?", {"currency": "in"}, {"EUR", "USD"}),
        ("no|Total (USD)\n1|5", {"total": "Total (USD)"}, {"USD"}),
        ("no|Total EUR\n1|$5", {"total": "Total EUR"}, {"EUR"}),
        ("no|City (USD)\n1|5", {"city": "City (USD)"}, set()),
        ("no|sum\n1|$5", {"total": "sum"}, {"USD"}),
        ("no|sum\n1|$5", {"total": "sum", "system": SHOP}, {"CHF"}),
        ("no|sum\n1|5", {"total": "sum"}, set()),
    ],
)
def test_a_column_says_more_than_a_header_and_that_more_than_the_system_and_the_signs(text, facts, named):
    """Which currencies a file names."""
    assert currencies.currencies_of(file(text, **facts)) == named


def priced(sign, kind="orders", path="sales.csv"):
    """A file with one amount."""
    return file(f"no|sum\n1|{sign}5", kind=kind, path=path, total="sum")


def test_one_currency_of_all_files_is_the_shops():
    """Two are none, and a file that says nothing does not count."""
    dollars, euros, nothing = priced("$"), priced("€"), priced("")
    assert currencies.currency_of([dollars, nothing, dollars]) == "USD"
    assert currencies.currency_of([dollars, euros]) is None and currencies.currency_of([nothing]) is None


def test_spend_in_another_currency_than_all_amounts_is_asked_about():
    """Spent in euros, sold in dollars; where the shop sells in both, or says nothing, it is not."""
    ads = priced("€", kind="spend", path="ads.csv")
    (asked,) = currencies.two_currencies([ads, priced("$")])
    assert asked.startswith("ads.csv is in EUR and the shop's amounts in USD")
    assert (
        currencies.two_currencies([ads, priced("$"), priced("€")]) == [] == currencies.two_currencies([ads, priced("")])
    )


def test_a_file_has_a_currency_of_its_own_where_the_files_have_several():
    """Dollars beside euros; not where all are in dollars, nor where a column says it row by row."""
    dollars, euros = priced("$"), priced("€")
    by_row = file("no|sum|in\n1|5|USD", total="sum", currency="in")
    assert currencies.own_currency(dollars, [dollars, euros]) == "USD"
    assert (
        currencies.own_currency(dollars, [dollars, dollars]) == "" == currencies.own_currency(by_row, [by_row, euros])
    )
    assert currencies.own_currency(priced(""), [dollars, euros]) == ""


def test_amounts_in_two_currencies_of_one_file_are_asked_about(tmp_path):
    """Unless a column says which is which."""
    text = "no|sum\n1|$5\n2|€6"
    mixed = file(text, path=tmp_path / "sales.csv", total="sum")
    (tmp_path / "sales.csv").write_text(text)
    (asked,) = currencies.mixed_signs([mixed])
    assert asked.startswith("sales.csv has amounts in EUR and USD")
    (tmp_path / "one.csv").write_text(text.replace("€", "$"))
    assert currencies.mixed_signs([priced("$", path=tmp_path / "one.csv")]) == []
    assert currencies.mixed_signs([file(text, path=tmp_path / "sales.csv", total="sum", currency="no")]) == []


def test_most_columns_names_tell_the_language():
    """Two of three names in Chinese are yuan and Shanghai, one of two is euro and UTC; the system's zone goes first."""
    chinese, half = file("订单编号|金额|x\n1|2|3"), file("订单编号|x\n1|2")
    japanese = file("注文番号\n1")
    found = [(currencies.currency_by_language([one]), currencies.zone_of([one])) for one in (chinese, half, japanese)]
    assert found == [("CNY", "Asia/Shanghai"), ("EUR", "UTC"), ("JPY", "Asia/Tokyo")]
    assert currencies.zone_of([file("no\n1", system=SHOP), chinese]) == "Europe/Zurich"


# --- time zones ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Europe/Berlin", " ⟦Europe/Berlin⟧"),
        (" europe/berlin ", " ⟦Europe/Berlin⟧"),
        ("(GMT-05:00) Eastern Time", " ⟦America/New_York⟧"),
        ("GMT+01:00", " +01:00"),
        ("-0500", " -0500"),
        ("utc", " UTC"),
        ("CST", ""),  # of Chicago and of Shanghai
        ("", ""),
    ],
)
def test_a_zone_is_a_name_an_offset_or_letters_that_mean_one(text, mark):
    """What stands behind a time then."""
    assert zones.mark(text) == mark


def zoned(*names, **facts):
    """A file of orders with a column of time zones."""
    return file("at|zone\n" + "\n".join(f"2025-01-05 10:00|{name}" for name in names), zone="zone", **facts)


def test_the_zone_of_most_rows_is_the_shops():
    """Two rows of Berlin and one of Paris; what is no place, such as UTC, is none."""
    berlin = zoned("Europe/Berlin", "Europe/Paris", "Europe/Berlin")
    assert zones.zone_by_column([berlin]) == "Europe/Berlin"
    paris = zoned("Europe/Paris", "Europe/Paris")
    assert zones.zone_by_column([berlin, paris]) == "Europe/Paris" and zones.zone_by_column([zoned("UTC")]) == ""


def test_the_times_of_a_row_are_those_of_its_zone():
    """A zone that the first rows do not have makes the time of its row none; a row without one keeps its time."""
    found = zoned("Europe/Berlin", "UTC", order_time="at")
    sql, said = zones.with_row_zones(found, "raw")
    con = duckdb.connect()
    rows = [("10:00", "Europe/Berlin"), ("10:00", "UTC"), ("10:00", "Mars"), ("10:00", ""), ("", "UTC")]
    con.execute('create table raw ("at" varchar, zone varchar)')
    con.executemany("insert into raw values (?, ?)", [(f"2025-01-05 {at}".strip(), zone) for at, zone in rows])
    assert [at for (at,) in con.execute(f'select "at" from {sql}').fetchall()] == [
        "2025-01-05 10:00 ⟦Europe/Berlin⟧",
        "2025-01-05 10:00 UTC",
        "2025-01-05 10:00 ⟦?⟧",
        "2025-01-05 10:00",
        "2025-01-05",
    ]
    assert said == "“zone” says in which time zone the times of a row are"
    assert zones.with_row_zones(zoned("UTC"), "raw") == ("", "") == zones.with_row_zones(file("at\nx"), "raw")


def test_a_zone_that_means_several_is_asked_about():
    """CST is; Berlin is not."""
    (asked,) = zones.unknown_zones([zoned("Europe/Berlin", "CST"), zoned("UTC")])
    assert "“zone” in sales.csv names time zones, and CST is none that is known" in asked


# --- what somebody changed -----------------------------------------------------------------------

NUMBERED = file("no|sum|x\n1|5|a", order_id="no", total="sum")


def edited(one, kind="orders", statuses=(), **meanings):
    """The answers of a table in which these columns mean these things."""
    told = {("sales.csv", column): meaning for column, meaning in meanings.items()}
    return answers_by_edits([one], {"sales.csv": kind}, told, dict(statuses))


def test_only_what_was_changed_is_an_answer():
    """Nothing; a meaning more; one moved; one taken away; another kind of table."""
    assert edited(NUMBERED, no="order_id", sum="total", x="").columns == {} == edited(NUMBERED).columns
    assert edited(NUMBERED, x="city").columns == {"sales.csv:city": "x"}
    assert edited(NUMBERED, sum="", x="total").columns == {"sales.csv:total": "x"}
    assert edited(NUMBERED, sum="").columns == {"sales.csv:total": ""}
    assert edited(NUMBERED).tables == {} == edited(NUMBERED, kind="").tables
    assert edited(NUMBERED, kind="mixed").tables == {"sales.csv": "mixed"}


def test_two_columns_cannot_be_one_thing():
    """Nor can the words of a well-known system be taken away singly; one more may be said."""
    with pytest.raises(Refused, match="“sum” and “x” cannot both be"):
        edited(NUMBERED, x="total")
    system = System("a till", ("no",), select="till/orders.sql")
    known = file("no|sum|x\n1|5|a", order_id="no", total="sum", system=system)
    with pytest.raises(Refused, match="as a till writes it"):
        edited(known, sum="")
    assert edited(known, x="city").columns == {"sales.csv:city": "x"} and edited(known).columns == {}


# --- whether a try is worth it -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meanings", "is_open"),
    [
        ("sum\n1.234", {"total": "sum"}, True),
        ("sum\n1.50", {"total": "sum"}, False),
        ("at\n03/04/2024", {"order_time": "at"}, True),
        ("n\n1.234", {"quantity": "n"}, True),
        ("city\n1.234", {"city": "city"}, False),
    ],
)
def test_large_files_are_tried_where_their_first_rows_leave_something_open(tmp_path, text, meanings, is_open):
    """An amount, a day or a count that may be read in two ways; a small file always is, up to the last byte."""
    (tmp_path / "one.csv").write_bytes(bytes(trial.SMALL // 2))
    (tmp_path / "two.csv").write_bytes(bytes(trial.SMALL // 2))
    settings = {"files": [{"path": name} for name in ("one.csv", "two.csv", "gone.csv")]}
    found = [file(text, **meanings)]
    assert trial._is_worth_it(tmp_path, settings, found) is True
    (tmp_path / "two.csv").write_bytes(bytes(trial.SMALL // 2 + 1))
    assert trial._is_worth_it(tmp_path, settings, found) is is_open
