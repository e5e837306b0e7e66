"""A shop's own columns: declared in its columns.toml, filled by its adapter, and asked like any other column."""

import shutil

import pytest
from given import sold
from typed import say
from typer.testing import CliRunner

from customary import declare, intake, measure, publish
from customary.cli import app
from customary.declare import FRAMES
from customary.errors import Refused, UnknownName
from customary.intake import source
from customary.own import tables_of
from customary.places import QUERIES, shops_folder
from customary.publish import statements
from customary.shop import open_shop

SALES = """order_no,customer_no,ordered,status,ship_country,level,points
1,ann,2025-01-05 10:00:00,paid,DE,gold,10
2,ben,2025-01-20 11:00:00,paid,FR,silver,many
3,ann,2025-02-03 12:00:00,paid,DE,gold,
4,cay,2025-02-10 09:00:00,paid,FR,,7
"""
LINES = "order_no,line_no,sku,pieces,price\n" + "".join(f"{n},1,A,1,10.00\n" for n in range(1, 5))
LEVEL = 'loyalty_level = { table = "orders", unit = "label", en = "Loyalty level", zh = "会员等级" }\n'
PERSONAL = LEVEL.replace(" }", ", personal = true }")
POINTS = 'loyalty_points = { table = "orders", unit = "count", en = "Loyalty points", zh = "积分" }\n'
SELECTED = "    level as loyalty_level, points as loyalty_points,\n"


@pytest.fixture
def queries(tmp_path, monkeypatch):
    """The template, whose SELECT of orders brings a level and points as well."""
    folder = tmp_path / "queries"
    shutil.copytree(QUERIES / "template", folder / "template")
    path = folder / "template" / "orders.sql"
    path.write_text(path.read_text("utf-8").replace("    _record,\n", f"    _record,\n{SELECTED}"), "utf-8")
    path = folder / "template" / "source.toml"
    path.write_text(path.read_text("utf-8").replace('"ship_country"]', '"ship_country", "level", "points"]'), "utf-8")
    monkeypatch.setattr(source, "QUERIES", folder)
    return folder


@pytest.fixture
def adopted(queries, tmp_path, monkeypatch):
    """A function that adopts the four orders and declares what it is given; it returns the shop's folder."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    (tmp_path / "sales.csv").write_text(SALES, "utf-8")
    (tmp_path / "lines.csv").write_text(LINES, "utf-8")

    def adopt(declared):
        files = [tmp_path / "sales.csv", tmp_path / "lines.csv"]
        intake.adopt(files, intake.source_named("template"), shops_folder() / "mine", {})
        (shops_folder() / "mine" / "columns.toml").write_text(declared, "utf-8")
        return shops_folder() / "mine"

    return adopt


def typed(*words, code=0):
    """What a command writes."""
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "120"})
    assert done.exit_code == code and "Traceback" not in done.output, done.output
    return done.stdout if code == 0 else done.stderr


def test_an_own_column_splits_and_filters_like_any_other(adopted):
    """Two orders of gold, one of silver, one of nobody knows what."""
    adopted(LEVEL + POINTS)
    typed("build", "mine")
    shop = open_shop("mine")
    rows = measure(shop, "order_count", by="loyalty_level").to_pylist()
    assert {row["loyalty_level"]: row["order_count"] for row in rows} == {"gold": 2, "silver": 1, None: 1}
    assert measure(shop, "order_count", where={"loyalty_level": "gold"}).first["order_count"] == 2
    assert measure(shop, "item_count", by="loyalty_level", where={"loyalty_level": "gold"}).first["item_count"] == 2
    assert measure(shop, "order_count", where={"loyalty_points": 7}).first["order_count"] == 1
    assert measure(shop, "order_count", by="loyalty_level").column("loyalty_level").zh == "会员等级"


def test_the_shell_knows_own_columns(adopted):
    """As a split, as a value, as a column of the frame; a value that never stands there is refused."""
    adopted(LEVEL + POINTS)
    typed("build", "mine")
    assert "Loyalty level" in typed("measure", "mine", "order_count", "--by", "loyalty_level")
    assert typed("values", "mine", "loyalty_level").startswith("gold\n")
    assert "会员等级" in typed("columns", "frame:orders", "--shop", "mine", "--search", "loyalty")
    refusal = typed("measure", "mine", "order_count", "--where", "loyalty_level=golt", code=1)
    assert "did you mean gold" in refusal


def test_what_is_not_of_the_declared_kind_is_emptied_counted_and_listed(adopted):
    """“many” is no whole number: the order stays, its points are unknown, and the build says so."""
    adopted(LEVEL + POINTS)
    said = typed("build", "mine")
    assert "emptied because" in said and "loyalty_points is not a whole number" in said
    assert "nothing was quarantined" in said
    shop = open_shop("mine")
    assert measure(shop, "order_count").first["order_count"] == 4
    (emptied,) = shop.snapshot.facts["emptied"]
    assert (emptied["column_name"], emptied["record_count"]) == ("loyalty_points", 1)
    assert emptied["file_name"] == "sales.csv"
    points = shop.fetch(shop.frame("orders").select("order_id", "loyalty_points")).to_pylist()
    assert {row["order_id"]: row["loyalty_points"] for row in points} == {"1": 10, "2": None, "3": None, "4": 7}


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("label", "string"), ("count", "int64"), ("rate", "float64"), ("flag", "boolean"), ("date", "date")],
)
def test_an_own_column_has_the_type_of_its_unit(adopted, unit, kind):
    """A label is text, a count a whole number, a rate any number, a flag yes or no."""
    adopted(LEVEL.replace('"label"', f'"{unit}"') + POINTS)
    publish.build("mine")
    assert str(open_shop("mine").frame("orders").loyalty_level.type()) == kind


def test_a_column_that_nobody_declared_stops_the_build_and_says_how_to_declare_it(adopted):
    """The sentence can be copied as it stands."""
    adopted(LEVEL)
    said = typed("build", "mine", code=1)
    assert "no column of orders is called “loyalty_points”" in said
    assert 'loyalty_points = { table = "orders", unit = "label", en = "…", zh = "…" }' in said


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (LEVEL.replace("loyalty_level", "channel"), "mine/columns.toml: column channel is shipped"),
        (LEVEL.replace('"orders"', '"order"'), "no table for column loyalty_level is called “order” – did you mean"),
        (LEVEL.replace('"orders"', '"consents"'), "no table for column loyalty_level is called “consents”"),
        (LEVEL.replace('"label"', '"instant"'), "no unit for column loyalty_level of orders is called “instant”"),
        (LEVEL.replace("loyalty_level", '"loyalty level"'), "“loyalty level” cannot name a column"),
        (
            LEVEL.replace('en = "Loyalty level", ', ""),
            "mine/columns.toml: columns.toml: column loyalty_level has no en",
        ),
    ],
)
def test_a_wrong_declaration_stops_the_build(adopted, declared, said):
    """With the file and the column, before anything is loaded."""
    assert said in typed("build", adopted(declared + POINTS).name, code=1)


def test_a_personal_own_column_never_reaches_a_snapshot(adopted):
    """It may be selected and declared, and is not even loaded."""
    adopted(PERSONAL + POINTS)
    publish.build("mine")
    shop = open_shop("mine")
    assert all("loyalty_level" not in shop.frame(name).columns for name in FRAMES if name in shop.snapshot.rows)
    assert "gold" not in shop.snapshot.path.read_bytes().decode("latin-1")
    with pytest.raises(UnknownName):
        measure(shop, "order_count", by="loyalty_level").to_pylist()


def test_a_name_that_a_frame_uses_on_the_way_changes_no_figure(adopted, queries):
    """`written_count` is a step of the orders frame: as a shop's own column it is only its own."""
    path = queries / "template" / "orders.sql"
    path.write_text(path.read_text("utf-8").replace("loyalty_points", "written_count"), "utf-8")
    adopted(LEVEL + POINTS.replace("loyalty_points", "written_count"))
    publish.build("mine")
    shop = open_shop("mine")
    assert measure(shop, "order_count").first["order_count"] == 4
    found = shop.fetch(shop.frame("orders").select("order_id", "written_count")).to_pylist()
    assert {row["order_id"]: row["written_count"] for row in found} == {"1": 10, "2": None, "3": None, "4": 7}


def test_a_shop_with_a_column_more_is_another_shape_for_remembered_statements(adopted, queries, monkeypatch):
    """The second build may not take the SQL of the first, which asks for a column that is not there any more."""
    monkeypatch.setattr(declare, "READ_AT", float("inf"))  # as if the source was not edited lately
    monkeypatch.setattr(statements, "_REMEMBERED", {})
    folder = adopted(LEVEL + POINTS)
    for declared, is_there in ((LEVEL, True), (PERSONAL, False), (LEVEL, True)):
        (folder / "columns.toml").write_text(declared + POINTS, "utf-8")
        publish.build("mine")
        assert ("loyalty_level" in open_shop("mine").frame("orders").columns) is is_there
    assert len(statements._REMEMBERED) == 2, "the third build has the shape of the first"


def test_every_table_with_a_frame_can_bring_own_columns(tmp_path):
    """The shop's column stands behind those of the standard; other tables are as they were."""
    (tmp_path / "columns.toml").write_text(LEVEL.replace("orders", "customers"), "utf-8")
    tables = tables_of(tmp_path)
    assert tables["customers"].columns[-1].name == "loyalty_level" and tables["customers"].columns[-1].is_own
    assert tables["customers"].columns[-1].stored_name == "shops_own_loyalty_level"
    assert not any(column.is_own for column in tables["orders"].columns)
    with pytest.raises(Refused, match="cannot name a column"):
        (tmp_path / "columns.toml").write_text(LEVEL.replace("loyalty_level", '"a\'; drop"'), "utf-8")
        tables_of(tmp_path)


def test_what_is_wrong_with_own_files_is_said_and_the_rest_works(tiny_shop):
    """A column with a shipped name and code that cannot be run are named on stderr; the figure stands."""
    shop = tiny_shop(orders=[sold("o1", "ann", "2025-03-01 10:00", 10)])
    own = {"columns.toml": LEVEL.replace("loyalty_level", "order_count"), "metrics.py": "import no_such_module\n"}
    for name, text in own.items():
        (shop.snapshot.folder / name).write_text(text, "utf-8")
    done = say("measure", shop.name, "order_count")
    assert "1 of 1 rows" in done.stdout
    assert f"{shop.name}/columns.toml is not used: column order_count is shipped" in done.stderr
    assert f"{shop.name}/metrics.py is not used: ModuleNotFoundError: No module named 'no_such_module'" in done.stderr
