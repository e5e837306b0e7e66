"""How texts are read: each value stands beside what it means; two readings are asked about, never guessed.

Judges intake/quotes, intake/extracts, intake/heads, intake/raws and intake/strays.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from customary import standard
from customary.errors import Refused, UnknownName
from customary.intake import amounts, instants, keys, readers, readings
from customary.intake.conform import Clock, conform
from customary.intake.load import BOOKS
from customary.intake.rewriting import canonical_text, reading_of_raw
from customary.intake.settings import read_settings, remember_readings, write_settings
from customary.intake.source import Raw

FIVE = datetime(2024, 3, 5)


def value_of(sql, text):
    """What an expression over the column `x` makes of a text."""
    return duckdb.execute(f"select {sql} from (select ? as x)", [text]).fetchone()[0]


def at(hour, minute=0, second=0, micro=0, day=5):
    """An instant in UTC in March 2024, most on the fifth."""
    return datetime(2024, 3, day, hour, minute, second, micro)


INSTANTS = {
    "2024-03-05": FIVE,
    "2024/3/5 9:07": at(9, 7),
    "2024-3-5 9:5": at(9, 5),
    "2024.03.05 10:00": at(10),
    "2024-03-05T10:00:00": at(10),
    "2024-03-05 10:00:00.5": at(10, micro=500_000),
    "2024-03-05T10:00:00Z": at(10),
    "2024-03-05T10:00:00,5Z": at(10, micro=500_000),
    "2024-03-05 10:00:00 UTC": at(10),
    "2024-03-05 10:00:00+02:00": at(8),
    "2024-03-05 10:00:00 +0200": at(8),
    "2024-03-05T10:00:00-08": at(18),
    "2024-03-05T10:00:00+05:30": at(4, 30),
    "2024-03-05 10:00 PST": at(18),
    "2024-03-05 10:00:00 CET": at(9),
    "2024-03-05 10:00 CST": None,  # Chicago or Shanghai
    "2024-03-05T10:00:00[Europe/Berlin]": None,
    "1709632800": at(10),
    "1709632800000": at(10),
    "1709632800000000": at(10),
    "1709632800000000000": at(10),
    "45356": FIVE,
    "45356.5": at(12),
    "20240305": FIVE,
    "20240305101500": at(10, 15),
    "2024年3月5日": FIVE,
    "2024年3月5日 下午3:04": at(15, 4),
    "2024年3月5日 上午12:30": at(0, 30),
    "2024年03月05日 15:04:05": at(15, 4, 5),
    "２０２４-０３-０５": FIVE,
    "2024-03-05 3:04 pm": at(15, 4),
    "2024-03-05 12:00 AM": FIVE,
    "Mar 5, 2024 3:04 PM": at(15, 4),
    "Mar 5, 2024, 10:00:00 PM PDT": at(5, day=6),
    "5 March 2024": FIVE,
    "5. März 2024": FIVE,
    "5 mars 2024": FIVE,
    "5 de marzo de 2024": FIVE,
    "05-Mar-24 10:00": at(10),
    "2024-03-05 24:00": at(0, day=6),  # the end of the fifth
    "2016-12-31 23:59:60": None,  # a leap second is no time of a shop's clock
    "2024-02-30": None,
    "2024-13-01": None,
    "2024-03-05 25:00": None,
    "0000-00-00": None,
    "113-03-05": None,  # a year of Taiwan's calendar
    "2024": None,
    "12:30": None,
    "0": None,
    "yesterday": None,
}


@pytest.mark.parametrize("text", INSTANTS)
def test_a_time_says_itself_what_it_is(text):
    """An offset, Z or zone is honoured; without one the clock is UTC here; what is no time is none."""
    assert value_of(instants.instant("x", "UTC"), text) == INSTANTS[text]


BERLIN = {
    "2024-03-05 10:00": at(9),
    "2024-03-05 10:00+00:00": at(10),
    "1709632800": at(10),
    "45356.5": at(11),
    "2024-03-31 02:30": datetime(2024, 3, 31, 1, 30),  # skipped in the night to summer time: an hour later
    "2024-10-27 02:30": datetime(2024, 10, 27, 1, 30),  # twice in the night to winter time: the second
    "2024-10-27 02:30+02:00": datetime(2024, 10, 27, 0, 30),  # an offset says which
    "2024-07-01 10:00": datetime(2024, 7, 1, 8),
}


@pytest.mark.parametrize("text", BERLIN)
def test_a_time_without_a_zone_is_of_the_tables_clock(text):
    """Berlin's wall clock, in summer and winter and in the two nights between."""
    assert value_of(instants.instant("x", "Europe/Berlin"), text) == BERLIN[text]


@pytest.mark.parametrize(
    ("text", "day_first", "month_first"),
    [
        ("03/04/2024", datetime(2024, 4, 3), datetime(2024, 3, 4)),
        ("3.4.24 10:00", datetime(2024, 4, 3, 10), datetime(2024, 3, 4, 10)),
        ("03/04/2024 3:04 PM", datetime(2024, 4, 3, 15, 4), datetime(2024, 3, 4, 15, 4)),
        ("03/04/2024 10:00 Z", datetime(2024, 4, 3, 10), datetime(2024, 3, 4, 10)),
        ("31/12/2024", datetime(2024, 12, 31), None),
        ("12/31/2024", None, datetime(2024, 12, 31)),
        ("99/99/2024", None, None),
    ],
)
def test_day_or_month_first_is_a_matter_of_the_column(text, day_first, month_first):
    """By the one reading and by the other; by none where the column has none."""
    found = [value_of(instants.instant("x", "UTC", one), text) for one in ("day first", "month first", "")]
    assert found == [day_first, month_first, None]


# A text, what it is where a dot is the decimal mark, and where a comma is.
AMOUNTS = [
    ("1234.56", "1234.56", None),
    ("1,234.56", "1234.56", None),
    ("1.234,56", None, "1234.56"),
    ("1,234", "1234", "1.234"),
    ("1.234", "1.234", "1234"),
    ("1,234,567", "1234567", None),
    ("R$ 1.234,56", None, "1234.56"),
    ("$1,299.00", "1299.00", None),
    ("9,90 €", None, "9.90"),
    ("kr. 12,50", None, "12.50"),
    ("USD 12.00", "12.00", None),
    ("12元", "12", "12"),
    ("￥１２．５０", "12.50", None),
    ("(5.00)", "-5.00", None),
    ("(5", None, None),
    ("5-", "-5", "-5"),
    ("5.00-", "-5.00", None),
    ("-$5", "-5", "-5"),
    ("−5", "-5", "-5"),
    ("12.-", "12", "12"),  # no cents
    ("CHF 1'299.–", "1299", "1299"),
    ("1'234.50", "1234.50", None),
    ("1’234.50", "1234.50", None),
    ("1\u202f234,50", None, "1234.50"),
    ("1\xa0234.50", "1234.50", None),
    ("1 2 3", None, None),
    ("1,00,000", "100000", None),
    ("12,34,567.50", "1234567.50", None),
    ("12.34.56", None, None),
    ("1,23,4", None, None),
    ("1.23E+5", None, None),
    ("NaN", None, None),
    ("inf", None, None),
    ("5%", None, None),
    ("5,00 CR", None, None),
    ("--", None, None),
    ("-", None, None),
    ("twelve", None, None),
]


@pytest.mark.parametrize(("text", "dot", "comma"), AMOUNTS)
def test_an_amount_is_read_by_its_decimal_mark(text, dot, comma):
    """Signs, symbols, codes and grouping of many countries; what is no amount by a reading is none by it."""
    assert value_of(amounts.number_text("x", amounts.DOT), text) == dot
    assert value_of(amounts.number_text("x", amounts.COMMA), text) == comma


@pytest.mark.parametrize(
    ("text", "reading", "key"),
    [
        ("00123", "", "00123"),
        ("12345678901234567890", "", "12345678901234567890"),
        ("１２３", "", "123"),
        ("1.23E+17", "", None),
        ("1E5", "", "1E5"),  # an article number, no shortened one
        ("17850.0", "", "17850.0"),
        ("17850.0", keys.WITHOUT_ZERO, "17850"),
        ("0", keys.NOBODY, None),
        ("Guest", keys.NOBODY, None),
        ("游客", keys.NOBODY, None),
        ("unknown@shop.example", keys.NOBODY, None),
        ("guest", "", "guest"),
        ("true", "", "true"),
        ("NA", "", "NA"),
        ("#1", "", "#1"),
        ("1.23E+17", "as written", "1.23E+17"),
    ],
)
def test_a_key_is_a_text(text, reading, key):
    """Leading zeros and words stay; what a spreadsheet shortened is none; 0 is nobody where it says so."""
    assert value_of(keys.bare("x", reading), text) == key


@pytest.mark.parametrize(
    ("text", "told"),
    [("yes", True), ("是", True), ("Oui", True), ("1", True), ("no", False), ("否", False), ("0", False), ("2", None)],
)
def test_a_flag_is_a_word(text, told):
    """Yes and no in several languages; anything else is neither."""
    assert value_of(keys.yes_or_no("x"), text) is told


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  mug\t", "mug"),
        ("\xa0mug\u3000", "mug"),
        ("\u200bmug\ufeff", "mug"),
        ("\u200e00123\u200f", "00123"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("'+49 30", "+49 30"),
        ("'t Hof", "'t Hof"),
        ("e\u0301", "é"),
        (" ", None),
        ("", None),
    ],
)
def test_a_cell_is_what_stands_in_it(cell, text):
    """Blanks, marks of no width and guards against spreadsheets do not belong to a value; accents are one letter."""
    assert value_of(readers.clean("x"), cell) == text


# --- columns -------------------------------------------------------------------------------------

ORDER = {"order_id": "o", "ordered_at": "2024-03-05 10:00", "customer_id": "ann"}


def staged(column, values, table="orders", kind="VARCHAR"):
    """A connection in which `_staged` holds an order, say, for each value of a column."""
    con = duckdb.connect()
    con.execute(BOOKS)
    given = {name: text for name, text in ORDER.items() if table == "orders"} | {column: None}
    names = ", ".join(f"{name} {kind if name == column else 'VARCHAR'}" for name in given)
    con.execute(f"create table _staged ({names}, _record BIGINT)")
    for number, one in enumerate(values, 1):
        row = {**given, **({"order_id": f"o{number}"} if table == "orders" else {}), column: one}
        con.execute(f"insert into _staged values ({', '.join('?' * len(row))}, {number})", list(row.values()))
    return con


def chosen(column, values, declared=(), table="orders"):
    """(reading, because) of a column with these values."""
    con = staged(column, values, table)
    found = {**readings.choose(con, "_staged", standard.tables()[table], {column: "VARCHAR"}, dict(declared)),
             **keys.choose(con, "_staged", standard.tables()[table], {column: "VARCHAR"}, dict(declared))}  # fmt: skip
    return (found[column].reading, found[column].because) if column in found else None


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("ordered_at", ["2024-03-05", "2024-03-06 10:00"], None),
        ("ordered_at", ["03/04/2024", "31/04/2024"], ("day first", "1 value says so")),
        ("ordered_at", ["03/04/2024", "04/30/2024"], ("month first", "1 value says so")),
        ("ordered_at", ["3.4.2024", "4.4.2024"], ("day first", "dots stand between the numbers")),
        ("ordered_at", ["1709632800"], ("", "")),
        ("shipping_amount", ["4.50", "5"], None),
        ("shipping_amount", ["9,90", "1.234"], ("1.234,56", "1 value says so")),
        ("shipping_amount", ["9.90", "1,234"], ("1,234.56", "1 value says so")),
        ("shipping_amount", ["0,5"], ("1.234,56", "1 value says so")),
        ("shipping_amount", ["$5"], ("1,234.56", "")),
        ("customer_id", ["1", "2"], ("as written", "")),
        ("customer_id", ["1.0", "2"], ("without .0", "all keys are whole numbers, 1 of them written with .0")),
        ("customer_id", ["1.0", "a"], ("as written", "")),
        ("customer_id", ["0", "0", "7"], (keys.NOBODY, "2 of 3 are 0, guest or the like")),
    ],
)
def test_a_column_decides_how_it_is_read(column, values, expected):
    """One value that can only be read one way decides for all; plain columns need no decision."""
    assert chosen(column, values) == expected


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        (
            "ordered_at",
            ["03/04/2024", "01/02/2024"],
            "orders.ordered_at: “01/02/2024” can be read day first or month first, and no other value of the column "
            "decides it: build again with --reading orders.ordered_at=day-first or "
            "--reading orders.ordered_at=month-first",
        ),
        (
            "shipping_amount",
            ["1.234", "5"],
            "orders.shipping_amount: “1.234” can be read as 1,234.56 or as 1.234,56, and no other value of the column "
            "decides it: build again with --reading orders.shipping_amount=1,234.56 or "
            "--reading orders.shipping_amount=1.234,56",
        ),
    ],
)
def test_what_no_value_decides_is_asked(column, values, said):
    """The question names an example, both readings and the flag that answers it; the shop's answer is then obeyed."""
    with pytest.raises(readings.Undecided) as asked:
        chosen(column, values)
    assert str(asked.value) == said and asked.value.exit_code == 2
    answer = "day first" if column == "ordered_at" else "1.234,56"
    assert chosen(column, values, {f"orders.{column}": answer}) == (answer, "the shop says so")


def test_values_that_contradict_each_other_are_asked_about():
    """One day that is first and one month that is first: neither is called faulty. One against a hundred is."""
    with pytest.raises(readings.Undecided):
        chosen("ordered_at", ["31/01/2024", "01/31/2024"])
    assert chosen("ordered_at", ["31/01/2024"] * 100 + ["01/31/2024"])[0] == "day first"


def test_a_reading_that_is_none_is_refused():
    """The readings are named; dashes stand for blanks."""
    assert readings.reading_named("day-first") == "day first" and readings.reading_named("%d/%m/%Y") == "%d/%m/%Y"
    with pytest.raises(Refused, match="day first, month first"):
        readings.reading_named("backwards")


# --- text, Parquet and SELECT --------------------------------------------------------------------


def loaded(column, values, kind="VARCHAR", zone="Asia/Shanghai"):
    """The values of a column of `orders` after conforming, in order."""
    con = staged(column, values, kind=kind)
    conform(con, "_staged", standard.tables()["orders"], Clock(zone, "Asia/Shanghai"), {})
    return [row[0] for row in con.execute(f"select {column} from orders order by _record").fetchall()]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("VARCHAR", "2024-03-05 18:00"),
        ("VARCHAR", "2024-03-05T10:00:00Z"),
        ("VARCHAR", "2024-03-05 11:00+01:00"),
        ("VARCHAR", "1709632800"),
        ("TIMESTAMP", datetime(2024, 3, 5, 18)),
        ("TIMESTAMP_NS", datetime(2024, 3, 5, 18)),
        ("TIMESTAMPTZ", datetime(2024, 3, 5, 10, tzinfo=UTC)),
        ("BIGINT", 1_709_632_800),
        ("BIGINT", 1_709_632_800_000),
        ("BIGINT", 1_709_632_800_000_000),
    ],
)
def test_one_instant_is_one_instant_in_every_type(kind, given):
    """Shanghai's wall clock, an offset, a typed time with and without zone and seconds since 1970: 10:00 UTC."""
    assert loaded("paid_at", [given], kind) == [at(10)]


@pytest.mark.parametrize(
    ("kind", "given"), [("VARCHAR", "1,234.50"), ("VARCHAR", "1234.5"), ("DOUBLE", 1234.5), ("DECIMAL(9, 2)", 1234.5)]
)
def test_one_amount_is_one_amount_in_every_type(kind, given):
    """Exactly, to the cent."""
    assert loaded("shipping_amount", [given], kind) == [Decimal("1234.5000")]


@pytest.mark.parametrize("given", ["2567-03-05", "1970-01-01 00:00:00", "0001-01-01 00:00:00", "9999-12-31"])
def test_a_time_that_no_shop_has_is_none(given):
    """A Buddhist year, a clock that was never set, the end of time: an optional one is emptied, the order stays."""
    assert loaded("paid_at", [given, "2024-03-05 18:00"]) == [None, at(10)]


SALES = Raw("sales", (), ("no", "at", "price"))


def read_in(paths, raw=SALES):
    """The raw table after these files."""
    con = duckdb.connect()
    con.execute(BOOKS)
    readers.create_raw(con, raw)
    for number, path in enumerate(paths, 1):
        readers.read_file(con, readers.AdoptedFile(path, number, raw), lambda step, amount: None)
    return con.execute(f"select * exclude (_file, _file_count, _record) from {raw.name} order by _record").fetchall()


def as_csv(folder, rows, name="a.csv"):
    """A CSV file of sales."""
    path = folder / name
    path.write_text("\n".join(["no,at,price", *(",".join(f'"{cell}"' for cell in row) for row in rows)]), "utf-8")
    return path


def as_parquet(folder, rows, name="b.parquet"):
    """A Parquet file of sales in its own types."""
    columns = dict(zip(SALES.columns, map(list, zip(*rows, strict=True)), strict=True))
    parquet.write_table(pa.table(columns), folder / name)
    return folder / name


def test_text_of_parquet_is_cleaned_like_text_of_csv(tmp_path):
    """Blanks around, guards and empty texts: the same cells from both."""
    rows = [(" 001 ", "2024-03-05", "9.90"), ("'002", "", "\u200b5\xa0")]
    expected = [("001", "2024-03-05", "9.90"), ("'002", None, "5")]
    expected[1] = ("002", None, "5")
    assert read_in([as_csv(tmp_path, rows)]) == read_in([as_parquet(tmp_path, rows)]) == expected


def test_files_that_change_a_type_become_text(tmp_path):
    """A price as number in one file and as text in the next: nothing is lost, whichever comes first."""
    typed = as_parquet(tmp_path, [(1, FIVE, 9.9)])
    text = as_csv(tmp_path, [("2", "2024-03-06", "free")])
    whole = as_parquet(tmp_path, [("3", "2024-03-07", 5)], "c.parquet")
    one, two, three = ("1", "2024-03-05 00:00:00", "9.9"), ("2", "2024-03-06", "free"), ("3", "2024-03-07", "5")
    assert read_in([typed, text, whole]) == [one, two, three]
    assert read_in([text, whole, typed]) == [two, three, one]


# --- raw columns that declare their reading ------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reading", "canonical"),
    [
        ("05/03/2024 10:00", "%d/%m/%Y %H:%M", "2024-03-05 10:00:00"),
        ("31/31/2024 10:00", "%d/%m/%Y %H:%M", "31/31/2024 10:00"),
        ("2024-03-05T10:00:00+0200", "%Y-%m-%dT%H:%M:%S%z", "2024-03-05 08:00:00Z"),
        ("05/03/2024", "day first", "2024-03-05 00:00:00"),
        ("05/03/2024", "month first", "2024-05-03 00:00:00"),
        ("05/03/2024 10:00 +01:00", "day first", "2024-03-05 09:00:00Z"),
        ("1709632800", "epoch s", "2024-03-05 10:00:00Z"),
        ("1709632800123", "epoch ms", "2024-03-05 10:00:00.123000Z"),
        ("1709632800123456", "epoch us", "2024-03-05 10:00:00.123456Z"),
        ("soon", "epoch s", "soon"),
        ("45356.5", "excel serial", "2024-03-05 12:00:00"),
        ("43894", "excel serial 1904", "2024-03-05 00:00:00"),
        ("1.234,56", "1.234,56", "1234.56"),
        ("1.234", "1.234,56", "1234"),
        ("1.234", "1,234.56", "1.2340"),  # four places cannot be taken for thousands
        ("(€9,90)", "1.234,56", "-9.90"),
        ("n/a", "1.234,56", "n/a"),
        (None, "day first", None),
    ],
)
def test_a_declared_column_is_rewritten_where_it_can_be_read(text, reading, canonical):
    """Canonical text for what is such a value; what is none stays, so that the books name the true value."""
    assert value_of(canonical_text("x", reading_of_raw(reading)), text) == canonical


def test_selects_see_rewritten_text_of_csv_and_parquet(tmp_path):
    """Epochs and German prices, in text and typed, come as times and plain numbers."""
    raw = Raw("sales", (), SALES.columns, readings={"at": "epoch ms", "price": "1.234,56"})
    text = as_csv(tmp_path, [("1", "1709632800000", "1.234,50"), ("2", "?", "x")])
    typed = as_parquet(tmp_path, [(3, 1_709_632_800_000, "9,90")])
    assert read_in([text, typed], raw) == [
        ("1", "2024-03-05 10:00:00Z", "1234.50"), ("2", "?", "x"), ("3", "2024-03-05 10:00:00Z", "9.90"),
    ]  # fmt: skip


def test_a_shop_overrides_what_its_source_declares():
    """`sales.at` in the shop's [readings] wins; other columns keep the source's reading."""
    raw = Raw("sales", (), SALES.columns, readings={"at": "day first", "price": "1.234,56"})
    assert raw.read_as({"sales.at": "month first", "orders.ordered_at": "day first"}).readings == {
        "at": "month first", "price": "1.234,56",
    }  # fmt: skip
    assert raw.read_as({}) is raw


def test_a_reading_of_a_raw_column_is_remembered(tmp_path):
    """`--reading sales.ordered=epoch-ms` stands in shop.toml; a column that the source has not is refused."""
    write_settings(tmp_path, {"title": "T", "source": "template"}, [])
    remember_readings(tmp_path, ["sales.ordered=epoch-ms", "orders.ordered_at=day-first"])
    assert read_settings(tmp_path)["readings"] == {"sales.ordered": "epoch ms", "orders.ordered_at": "day first"}
    for wrong in ("sales.orderd=epoch-ms", "sale.ordered=epoch-ms"):
        with pytest.raises(UnknownName):
            remember_readings(tmp_path, [wrong])
    with pytest.raises(Refused, match="epoch s"):
        remember_readings(tmp_path, ["sales.ordered=sometime"])


def test_a_source_declares_readings_of_its_own_columns_only(tmp_path, monkeypatch):
    """A reading of a column that the file has not, or that is none, is refused when the source is read."""
    from customary.intake.source import source_named

    monkeypatch.setattr("customary.intake.source.QUERIES", tmp_path)
    (tmp_path / "mine").mkdir()
    start = 'title = "x"\n[raw.sales]\nfiles = ["*"]\ncolumns = ["at"]\n[raw.sales.readings]\n'
    for line, error in (('ot = "day first"', UnknownName), ('at = "backwards"', Refused)):
        (tmp_path / "mine" / "source.toml").write_text(start + line, "utf-8")
        with pytest.raises(error):
            source_named("mine")
    (tmp_path / "mine" / "source.toml").write_text(start + 'at = "%d/%m/%Y"', "utf-8")
    assert source_named("mine").raw[0].readings == {"at": "%d/%m/%Y"}


def test_a_birthday_is_read_like_a_time():
    """A date by the column's reading, without a clock."""
    column = standard.tables()["customers"].column("birth_on")
    sql = readings.value(column, "day first", "Asia/Shanghai")
    assert duckdb.execute(f"select {sql} from (select '05/03/1990' as birth_on)").fetchone() == (date(1990, 3, 5),)
