"""What a shop takes in, takes back and replaces: the shop that is left can be built, and nothing of before lingers."""

import pytest
from typer.testing import CliRunner

from customary.cli import app
from customary.errors import Refused
from customary.intake import origins
from customary.intake.settings import read_settings, write_settings
from customary.intake.source import source_named
from customary.places import shops_folder

ORDERS = "order_id,customer_id,created_at,total\n1,C1,2024-03-05,9\n2,C2,2024-03-06,8\n"
CUSTOMERS = "customer_id,first_name,gender,birthday\nC1,Ann,f,1980-01-01\nC2,Bob,m,1981-02-03\n"
OTHERS = "Invoice No,Client ID,Date,Currency,Amount\n7,C7,2024-03-05,USD,70\n"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """The folder of a shop `mine` of orders and customers."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    for name, text in {"orders.csv": ORDERS, "customers.csv": CUSTOMERS, "others.csv": OTHERS}.items():
        (tmp_path / name).write_text(text)
    say("adopt", str(tmp_path / "orders.csv"), str(tmp_path / "customers.csv"), "--name", "mine", "--yes")
    return shops_folder() / "mine"


def say(*words, fails=False):
    """What a command writes; it must end well unless it `fails`."""
    run = CliRunner().invoke(app, list(words))
    assert (run.exit_code != 0) == fails, run.output
    return run.output


def test_a_shop_whose_only_customers_are_taken_back_can_be_built(shop):
    """The file is no longer counted, what is lacking now is said, and the build has its two orders."""
    assert "no file brings customers any more" in say("undo", "mine")
    assert "2 loaded" in say("build", "mine")


def test_what_a_shipped_source_needs_is_not_taken_back(tmp_path, monkeypatch):
    """Two files of a source that needs both: taking one back is refused with what to do instead."""
    monkeypatch.setenv("CUSTOMARY_SHOPS", str(tmp_path / "shops"))
    needed = [raw.name for raw in source_named("olist").raw if raw.required]
    files = [{"path": f"files/{name}.csv", "raw": name, "sha256": name} for name in needed]
    folder = tmp_path / "shops" / "sold"
    folder.mkdir(parents=True)
    write_settings(folder, {"source": "olist"}, files)
    with pytest.raises(Refused, match=r"cannot do without .*adopt --replace --name sold"):
        origins.take_back(folder)
    assert len(read_settings(folder)["files"]) == len(needed)


def test_files_that_replace_all_before_leave_no_select_of_before(shop, tmp_path):
    """The SELECT of customers goes with their file, and the currency is the new file's."""
    assert sorted(path.name for path in (shop / "source").glob("*.sql")) == ["customers.sql", "orders.sql"]
    written = say("adopt", str(tmp_path / "others.csv"), "--name", "mine", "--replace", "--yes")
    assert "currency: EUR → USD" in written
    assert [path.name for path in (shop / "source").glob("*.sql")] == ["orders.sql"]
    assert "1 loaded" in say("build", "mine")


def test_a_shops_own_files_are_recognised_anew(shop):
    """`adopt --replace` without files looks at the shop's own again: an edited SELECT is written afresh."""
    before = (shop / "source" / "orders.sql").read_text()
    (shop / "source" / "orders.sql").write_text("-- edited\n" + before)
    say("adopt", "--name", "mine", "--replace", "--yes")
    assert (shop / "source" / "orders.sql").read_text() == before


def test_a_refresh_does_not_bring_back_what_was_taken_back(shop, tmp_path):
    """A file that was taken back stays out of the next refresh; named once more, it comes in again."""
    (tmp_path / "more.csv").write_text(ORDERS.replace("1,C1", "8,C1").replace("2,C2", "9,C2"))
    more = str(tmp_path / "more.csv")
    say("adopt", more, "--name", "mine", "--yes")
    say("build", "mine")
    say("undo", "mine")
    assert "4 loaded" in say("refresh", "mine")
    assert [origins.own_name(file) for file in read_settings(shop)["files"]] == ["orders.csv", "customers.csv"]
    say("adopt", more, "--name", "mine", "--yes")
    assert [origins.own_name(file) for file in read_settings(shop)["files"]][-1] == "more.csv"
    assert read_settings(shop)["taken_back"] == []
