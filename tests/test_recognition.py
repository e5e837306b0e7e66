"""Files that nobody described: what each is, what its columns mean, and what comes out of them.

Judges intake/heads, intake/recognise/kinds, intake/recognise/meanings and intake/recognise/together.
"""

import json
from datetime import datetime

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from customary import intake
from customary.cli import app
from customary.errors import Refused
from customary.intake.readings import Undecided
from customary.intake.recognise.answers import Answers, columns_of
from customary.intake.recognise.look import look
from customary.intake.recognise.own_columns import own_columns
from customary.intake.recognise.propose import check_open, propose, write_source
from customary.intake.recognise.shipped import fitting_source
from customary.intake.settings import read_settings

SHOPIFY = """Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Refunded Amount,Cancelled at
#1,ann@example.com,paid,2024-03-31 23:30:05 -0400,USD,90.00,5.00,0,95.00,10.00,2024-03-31 23:30:00 -0400,2,Mug,25,20.00,
#1,ann@example.com,,,,,,,,,2024-03-31 23:30:00 -0400,1,Bowl,50,,
#2,bob@example.com,pending,,USD,25.00,0,0,25.00,0,2024-04-02 10:00:00 -0400,1,Mug,25,0,
"""
TAOBAO = """订单编号,买家会员名,买家实际支付金额,订单状态,订单创建时间,订单付款时间
="1001",甲,"1,299.00",交易成功,2024-03-05 23:50:00,2024-03-05 23:51:00
="1002",乙,20.00,交易关闭,2024-03-06 10:00:00,
"""
GERMAN = """Bestellnummer;Kunde;Datum;Summe
1;A;05.03.2024;12,50
2;B;06.03.2024;1.234,56
3;A;07.03.2024;1.234
"""
LOG = """user_id,event,timestamp
u1,catalog,2024-01-05 10:00:00
u1,cart,2024-01-05 10:01:00
u1,payment_done,2024-01-05 10:02:00
"""
SURVEY = """Horodateur,Dans quelle mesure recommanderiez-vous la boutique ?
13/11/2021 17:05:47,9
14/11/2021 17:06:24,3
"""
RETURNED = """InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1,MUG,3,2024-01-05 10:00:00,10.00,17850,France
C2,MUG,-1,2024-01-06 10:00:00,10.00,17850,France
"""
DAYS = """person,day
ann,2024-01-05
bob,2024-01-06
ann,2024-02-07
"""


@pytest.fixture
def taken(tmp_path):
    """Files with these texts, recognised, adopted and loaded: a function that gives the database."""

    def take(given=None, statuses=None, tables=None, encoding="utf-8", **texts):
        paths = [written(tmp_path, name, text, encoding) for name, text in texts.items()]
        proposal = propose(paths, Answers(given or {}, statuses or {}, tables or {}))
        check_open(proposal)
        folder = tmp_path / "shop"
        source = write_source(proposal, folder, "Shop", statuses or {})
        intake.adopt(paths, source, folder)
        con = duckdb.connect()
        intake.load(con, intake.Order(source, read_settings(folder), folder), lambda step, amount: None)
        return con

    return take


def written(folder, name, text, encoding="utf-8"):
    """A CSV file with this text."""
    path = folder / f"{name}.csv"
    path.write_bytes(text.encode(encoding))
    return path


def rows(con, sql):
    """What a database answers, with money as floats."""
    found = con.execute(sql).fetchall()
    return [tuple(float(v) if type(v).__name__ == "Decimal" else v for v in row) for row in found]


def test_shopify_writes_an_order_over_several_rows(taken):
    """Order 1 has two lines of 2 × 25 and 50, 10 off, 20 refunded; order 2 was never paid."""
    con = taken(orders=SHOPIFY)
    assert rows(con, "select order_id, customer_id, discount_amount, paid_at is null from orders order by 1") == [
        ("#1", "ann@example.com", 10.0, False),
        ("#2", "bob@example.com", 0.0, True),
    ]
    assert rows(con, "select order_id, sum(quantity * unit_price) from order_items group by 1 order by 1") == [
        ("#1", 100.0),
        ("#2", 25.0),
    ]
    assert rows(con, "select order_id, refund_amount from returns") == [("#1", 20.0)]


def test_taobao_guards_its_numbers_and_counts_in_yuan(taken):
    """="1001" is 1001, 1,299.00 is 1299, times are Beijing's, a closed order was not paid; GBK is recognised."""
    con = taken(orders=TAOBAO, encoding="gb18030")
    assert rows(con, "select order_id, gross_amount, ordered_at, paid_at is null from orders order by 1")[0][:2] == (
        "1001",
        1299.0,
    )
    assert rows(con, "select count(*) from orders where paid_at is null") == [(1,)]


def test_a_german_shop_has_decimal_commas_and_days_first(taken):
    """12,50 and 1.234,56 say what the marks are, so 1.234 is one thousand two hundred and thirty-four."""
    con = taken(orders=GERMAN)
    assert rows(con, "select order_id, gross_amount, ordered_local::DATE::VARCHAR from orders order by 1") == [
        ("1", 12.5, "2024-03-05"),
        ("2", 1234.56, "2024-03-06"),
        ("3", 1234.0, "2024-03-07"),
    ]


def test_a_log_of_events_speaks_the_vocabulary(taken):
    """Own names become those of the vocabulary: a catalogue is a list of items, a payment is a purchase."""
    con = taken(log=LOG)
    assert rows(con, "select event_name, visitor_id from events order by occurred_at") == [
        ("view_item_list", "u1"),
        ("add_to_cart", "u1"),
        ("purchase", "u1"),
    ]


def test_a_question_of_recommendation_is_an_nps(taken):
    """Its answers go from 0 to 10 and are dated by the form's own column; 13 November says that days come first."""
    con = taken(survey=SURVEY)
    assert rows(con, "select survey, score, answered_at::DATE::VARCHAR from responses order by score") == [
        ("nps", 3, "2021-11-14"),
        ("nps", 9, "2021-11-13"),
    ]


def test_pieces_below_zero_came_back(taken):
    """Three mugs are sold, one comes back for 10; no line is lost and none is a negative sale."""
    con = taken(lines=RETURNED)
    assert rows(con, "select quantity, unit_price from order_items") == [(3, 10.0)]
    assert rows(con, "select quantity, refund_amount, customer_id from returns") == [(1, 10.0, "17850")]
    assert rows(con, "select count(*) from orders") == [(1,)]


def test_a_person_and_a_day_are_a_purchase_of_unknown_amount(taken):
    """No amounts in the file are no zeros in the table."""
    con = taken(days=DAYS)
    assert rows(con, "select customer_id, gross_amount from orders order by ordered_at") == [
        ("ann", None),
        ("bob", None),
        ("ann", None),
    ]


def test_two_exports_of_one_make_are_one_table(taken):
    """An overlapping second export of the same columns doubles nothing."""
    more = GERMAN + "4;C;08.03.2024;9,90\n"
    con = taken(march=GERMAN, april=more)
    assert rows(con, "select count(*), sum(gross_amount) from orders") == [(4, 12.5 + 1234.56 + 1234 + 9.9)]


def test_an_order_that_comes_again_is_as_the_later_file_has_it(taken):
    """First pending, then paid: one order, paid."""
    first = SHOPIFY
    second = SHOPIFY.replace(
        "#2,bob@example.com,pending,,", "#2,bob@example.com,paid,2024-04-03 10:00:00 -0400,"
    ).replace("#1,", "#9,")
    con = taken(first=first, second=second)
    assert rows(con, "select order_id, paid_at is null from orders order by 1") == [
        ("#1", False),
        ("#2", False),
        ("#9", False),
    ]
    assert rows(con, "select count(*) from order_items where order_id = '#2'") == [(1,)]


def test_what_columns_are_may_be_said(tmp_path, taken):
    """Names that nobody knows are answered on the command line."""
    con = taken(
        given={"customer_id": "wer", "time": "wann", "total": "wieviel"}, odd="wer,wann,wieviel\nA,2024-01-05,5\n"
    )
    assert rows(con, "select customer_id, gross_amount from orders") == [("A", 5.0)]


def test_a_log_is_said_in_short_words(tmp_path, taken):
    """Person, event and time say what a log's columns are; the source's own name of an event stays beside GA4's."""
    said = columns_of(["person=wer,event=was,time=wann"])
    con = taken(given=said, odd="wer,was,wann\nA,cart,2024-01-05 10:00\n")
    assert rows(con, "select customer_id, event_name, source_event_name from events") == [("A", "add_to_cart", "cart")]


def test_a_status_that_nobody_knows_is_asked(tmp_path, taken):
    """An order may be paid or not: the shop says which, and the flag to say it is named."""
    text = "order_id,customer_id,created_at,status,total\n1,A,2024-01-05,paid,5\n2,B,2024-01-06,vague,7\n"
    with pytest.raises(Undecided, match="--status 'vague=paid'"):
        taken(orders=text)
    con = taken(orders=text, statuses={"vague": "unpaid"})
    assert rows(con, "select order_id from orders where paid_at is null") == [("2",)]


def test_what_is_no_table_of_a_shop_is_said(tmp_path):
    """The columns that were recognised are named, and how to say what the others are."""
    path = written(tmp_path, "planets", "planet,mass\nMars,0.1\nVenus,0.8\n")
    with pytest.raises(Refused, match="--columns"):
        propose([path], Answers())


def test_a_file_of_a_folder_that_is_no_table_of_a_shop_is_left_and_said(tmp_path):
    """The others come in; nothing is left out in silence."""
    written(tmp_path, "orders", GERMAN)
    written(tmp_path, "planets", "planet,mass\nMars,0.1\nVenus,0.8\n")
    found = propose(sorted(tmp_path.iterdir()), Answers())
    assert [one.kind for one in found.found] == ["orders"] and found.left[0][0] == "planets.csv"


@pytest.mark.parametrize(
    ("text", "delimiter", "skip"),
    [
        ("a;b\n1;2\n", ";", 0),
        ("a\tb\n1\t2\n", "\t", 0),
        ('"a, first",b\n"1,5",2\n', ",", 0),
        ("Report of March\n\norder_id,total\n1,2\n2,3\n3,4\n", ",", 2),
    ],
)
def test_a_look_finds_delimiter_and_header(tmp_path, text, delimiter, skip):
    """The mark by which most lines have the same number of columns; titles above the table are no part of it."""
    seen = look(written(tmp_path, "odd", text))
    assert (seen.delimiter, seen.skip, seen.has_header) == (delimiter, skip, True)


def test_a_shipped_source_is_taken_where_it_fits(tmp_path):
    """Files that Online Retail's source knows need no guess."""
    path = written(tmp_path, "uk", RETURNED.replace("StockCode,", "StockCode,Description,").replace("MUG,", "MUG,mug,"))
    assert fitting_source([path]).name == "online_retail"
    assert fitting_source([written(tmp_path, "german", GERMAN)]) is None


def test_a_workbook_comes_in_like_a_text(taken, tmp_path):
    """Real dates, whole numbers without .0 and a title above the table; nothing is saved as CSV by hand."""
    book = openpyxl.Workbook()
    for row in (
        ["Orders of March"],
        ["Order ID", "Customer", "Order date", "Total"],
        [17850, "A", datetime(2024, 3, 5, 10), 12.5],
        [17851, "B", datetime(2024, 3, 6, 10), 99],
    ):
        book.active.append(row)
    book.save(tmp_path / "march.xlsx")
    proposal = propose([tmp_path / "march.xlsx"], Answers())
    source = write_source(proposal, tmp_path / "shop", "Shop", {})
    intake.adopt([tmp_path / "march.xlsx"], source, tmp_path / "shop")
    con = duckdb.connect()
    order = intake.Order(source, read_settings(tmp_path / "shop"), tmp_path / "shop")
    intake.load(con, order, lambda step, amount: None)
    assert rows(con, "select order_id, gross_amount, ordered_at::VARCHAR from orders order by 1") == [
        ("17850", 12.5, "2024-03-05 10:00:00"),
        ("17851", 99.0, "2024-03-06 10:00:00"),
    ]


def test_a_survey_alone_opens_a_shop_as_it_is_typed(tmp_path, shops):
    """Days that no value decides are asked with exit code 2 and the flag; told, the shop opens with 1 of 2 for it."""
    path = written(tmp_path, "survey", SURVEY.replace("13/11", "03/11").replace("14/11", "04/11"))
    run = CliRunner().invoke
    for words in (["adopt", str(path), "--name", "answers", "--yes"], ["build", "answers"]):
        asked = run(app, words)
        assert asked.exit_code == 2 and "--reading responses.answered_at=day-first" in asked.stderr
    typed = ["adopt", str(path), "--name", "answers", "--reading", "responses.answered_at=day-first"]
    assert run(app, typed).exit_code == 0
    assert run(app, ["build", "answers"]).exit_code == 0
    found = json.loads(run(app, ["measure", "answers", "net_promoter_score", "--format", "json"]).stdout)
    assert found["rows"][0]["net_promoter_score"] == 0 and found["as_of"] == "2021-11-05"


def test_a_trial_changes_nothing(tmp_path, shops):
    """What would be taken in is shown, and no shop is made."""
    path = written(tmp_path, "orders", GERMAN)
    shown = CliRunner().invoke(app, ["adopt", str(path), "--name", "tried", "--try"])
    assert shown.exit_code == 0 and "Bestellnummer" in shown.stdout and "nothing was changed" in shown.stdout
    assert not (shops / "tried").exists()


def test_amounts_with_commas_can_be_subtracted(taken):
    """1.234,56 with 4,56 of shipping in it: the goods were 1,230.00; no amount becomes unknown on the way."""
    con = taken(
        shop="Bestellnummer;Kunde;Datum;Summe;Versand\n1;A;13.03.2024;1.234,56;4,56\n2;B;14.03.2024;12,50;2,50\n"
    )
    assert rows(con, "select gross_amount, shipping_amount from orders order by order_id") == [
        (1230.0, 4.56),
        (10.0, 2.5),
    ]


def test_a_status_that_turns_up_later_is_left_out_with_its_reason(taken):
    """The first rows did not have it, so nobody was asked: it is neither paid nor forgotten."""
    early = "".join(f"{n},A,2024-01-05,paid,5\n" for n in range(2_050))
    con = taken(orders=f"order_id,customer_id,created_at,status,total\n{early}9999,B,2024-01-06,vague,7\n")
    reason = "its status does not say whether it is paid"
    assert rows(con, "select order_id, excluded_because from orders where paid_at is null") == [("9999", reason)]


# --- columns of the shop's own -------------------------------------------------------------------

TILL = """Order No,Client,Date,Total,Branch,Bonus level,Clerk name,Voucher
1,a,2024-01-15,10.50,North,gold,Ada,X1
2,b,2024-01-16,12.00,South,silver,Ada,X2
3,a,2024-01-17,9.90,North,gold,Bob,X3
4,c,2024-01-18,9.95,South,silver,Bob,X4
"""


def own_of(path):
    """Column → its name and table, of what the shop keeps for itself."""
    found = propose([path], Answers()).found[0]
    return {one.column: (one.name, one.table) for one in own_columns(found)}


def test_what_groups_and_the_standard_has_not_is_kept(tmp_path):
    """Branch and level come back each twice; a clerk is a person; a voucher is another one in every row."""
    path = written(tmp_path, "till", TILL)
    assert own_of(path) == {"Branch": ("branch", "orders"), "Bonus level": ("bonus_level", "orders")}
    assert list(propose([path], Answers()).spare_columns()) == [("till.csv", "Clerk name, Voucher")]


def test_columns_of_one_name_and_those_of_a_tool_are_not_kept(tmp_path):
    """Two columns called Branch are none that could be asked for; _sync is an exporting tool's own."""
    twice = TILL.replace("Voucher", "Branch")
    assert own_of(written(tmp_path, "twice", twice)) == {"Bonus level": ("bonus_level", "orders")}
    hidden = TILL.replace("Bonus level", "_sync")
    assert own_of(written(tmp_path, "hidden", hidden)) == {"Branch": ("branch", "orders")}


def test_a_name_of_the_standard_gets_its_table_before_it(tmp_path):
    """`Stage` is a segment here: the shop's own is `orders_stage`; Chinese names become places."""
    text = TILL.replace("Branch", "Stage").replace("Bonus level", "会员等级")
    assert {name for name, _ in own_of(written(tmp_path, "till", text)).values()} == {"orders_stage", "orders_column_6"}


def test_what_differs_within_an_order_belongs_to_its_lines(tmp_path):
    """Order 1 has a red and a blue line, but one branch."""
    text = (
        "Order No,Client,Date,SKU,Quantity,Price,Branch,Colour\n"
        "1,a,2024-01-15,MUG,1,10,North,red\n1,a,2024-01-15,CUP,1,5,North,blue\n"
        "2,b,2024-01-16,MUG,2,10,South,red\n2,b,2024-01-16,CUP,1,5,South,blue\n"
    )
    own = own_of(written(tmp_path, "lines", text))
    assert own == {"Branch": ("branch", "orders"), "Colour": ("colour", "order_items")}


def test_own_columns_split_and_filter_figures(tmp_path, monkeypatch):
    """North sold 10.50 and 9.90 = 20.40; declared in the shop's columns.toml, beside what stands there."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    path = written(tmp_path, "till", TILL)
    for words in (["adopt", str(path), "--name", "till", "--yes"], ["build", "till"]):
        assert CliRunner().invoke(app, words).exit_code == 0
    said = CliRunner().invoke(app, ["measure", "till", "net_revenue", "--by", "branch", "--where", "bonus_level=gold"])
    assert [line.split() for line in said.output.splitlines() if line.startswith("North")] == [["North", "20.40"]]
    declared = (tmp_path / "shops" / "till" / "columns.toml").read_text("utf-8")
    assert 'bonus_level = { table = "orders", unit = "label", en = "Bonus level", zh = "Bonus level" }' in declared


def test_files_of_one_make_are_taken_for_the_same(tmp_path):
    """February knows one branch only; with January's rows beside it, it is kept in both."""
    january, february = (
        written(tmp_path, "january", TILL),
        written(tmp_path, "february", TILL.replace("South", "North").replace("X", "Y")),
    )
    kept = [[one.name for one in own_columns(found)] for found in propose([january, february], Answers()).found]
    assert kept == [["branch", "bonus_level"]] * 2
