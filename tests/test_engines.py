"""What a shop says is the same whichever engine its tables live on."""

import math

import ibis
import psycopg
import pyarrow as pa
import pytest
import servers
import worked_examples
from conftest import load_rows
from samples import thirds

from customary.declare import METRICS, STUDIES
from customary.engine import working_database
from customary.engines import engine_at
from customary.engines.certificate import (
    CANNOT,
    DIFFERS,
    EQUAL,
    FILE,
    FRAME,
    METRIC,
    STUDY,
    Certificate,
    Verdict,
    recall_certificate,
)
from customary.engines.shop import EngineShop
from customary.errors import Refused, UnknownName
from customary.frames import ORDER
from customary.intake.settings import read_settings
from customary.publish import certificate
from customary.publish.certificate import compare_shops
from customary.publish.certify import addresses_of, certify
from customary.publish.elsewhere import copy_books, copy_tables, derive, facts_of
from customary.shop import open_shop

SILENT = lambda step, amount: None  # noqa: E731


@pytest.fixture(scope="module")
def address():
    """A server whose own order of texts is not that of their letters' numbers, as most are."""
    with servers.postgres("--locale-provider=icu", "--icu-locale=en-US") as found:
        yield found


@pytest.fixture(scope="module")
def postgres(address):
    """An empty place on that server."""
    engine = engine_at(address, "empty")
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def elsewhere(worked_shop, address, tmp_path_factory):
    """The shop of worked examples with its tables, frames and books on PostgreSQL."""
    engine = engine_at(address, "worked")
    settings = {"time_zone": "Asia/Shanghai", "as_of": worked_examples.AS_OF, "currency": "CNY"}
    with working_database(tmp_path_factory.mktemp("typed") / "shop.duckdb") as con:
        load_rows(worked_examples.TABLES, settings, {})(con)
        tables = copy_tables(con, engine)
    copy_books(worked_shop, engine)
    rows = derive(engine, tables, facts_of(worked_shop), SILENT)
    yield EngineShop(worked_shop, engine, rows)
    engine.close()


def verdict(ours, theirs, kind, name):
    """What a certificate says of one definition."""
    (line,) = compare_shops(ours, theirs, "postgres", [(kind, name)], SILENT)
    return line.verdict, line.detail


# --- every definition ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*ORDER, "portraits"])
def test_a_frame_is_the_same_on_postgres(worked_shop, elsewhere, name):
    """Row by row and value by value, those left out with their reasons."""
    assert verdict(worked_shop, elsewhere, FRAME, name) == (EQUAL, "")


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_the_same_on_postgres(worked_shop, elsewhere, name):
    """What a shop counts does not hang on where its tables live."""
    assert verdict(worked_shop, elsewhere, METRIC, name) == (EQUAL, "")


@pytest.mark.parametrize("name", thirds(STUDIES, first=1))
def test_a_study_is_the_same_on_postgres(worked_shop, elsewhere, name):
    """Its rows, in the order that it declares."""
    assert verdict(worked_shop, elsewhere, STUDY, name) == (EQUAL, "")


@pytest.mark.slow
def test_a_whole_shop_is_certified(demo_shop, address):
    """Every frame, metric and study of a shop from files is alike, and the certificate of it lies beside the shop."""
    found = certify(demo_shop, {"postgres": address}, SILENT)
    assert found.exceptions == []
    assert found.count("postgres", METRIC) == (len(METRICS), len(METRICS))
    assert found.count("postgres", STUDY) == (len(STUDIES), len(STUDIES))
    assert recall_certificate(demo_shop.snapshot.folder) == found


# --- a build whose frames are computed there ------------------------------------------------------


@pytest.fixture(scope="module")
def two_builds(tiny_shop, address):
    """The shop of worked examples, built here and built with its frames computed on PostgreSQL."""
    here, there = ({**worked_examples.TABLES, "as_of": worked_examples.AS_OF, "engine": e} for e in ("", address))
    return tiny_shop(**here, name="built_here"), tiny_shop(**there, name="built_there")


@pytest.mark.parametrize("name", [*ORDER, "portraits"])
def test_a_build_on_an_engine_gives_the_same_frames(two_builds, name):
    """In the same types and with the same values: whoever reads the snapshot sees no difference."""
    here, there = two_builds
    assert here.frame(name).schema() == there.frame(name).schema()
    assert verdict(here, there, FRAME, name) == (EQUAL, "")


def test_a_build_leaves_nothing_on_the_engine(two_builds, address):
    """The place that was made for it is gone."""
    with psycopg.connect(address) as con:
        assert con.execute("select nspname from pg_namespace where nspname like 'customary_%'").fetchall() == []


def test_an_engine_is_one_line_of_a_shops_settings(two_builds):
    """It stands in shop.toml, and a build without another word goes there."""
    assert read_settings(two_builds[1].snapshot.folder)["engine"].startswith("postgres://")


def test_a_build_without_its_engine_publishes_nothing(tiny_shop):
    """What readers had stands as it was."""
    shop = tiny_shop(**worked_examples.TABLES, as_of=worked_examples.AS_OF, name="engine_gone")
    with pytest.raises(Refused, match="does not answer"):
        tiny_shop(
            **{**worked_examples.TABLES, "engine": "postgres://me@127.0.0.1:1/shop"},
            as_of=worked_examples.AS_OF,
            name="engine_gone",
        )
    assert open_shop("engine_gone").snapshot.version == shop.snapshot.version


# --- what an engine means otherwise --------------------------------------------------------------

WORDS = pa.table({"word": ["b", "B", "a", "", None], "is_long": [True, False, True, False, None], "n": [1, 2, 3, 4, 5]})


@pytest.fixture(scope="module")
def words(postgres):
    """Five words, one of them empty and one unknown."""
    postgres.load("words", WORDS)
    return postgres.table("words")


def found(engine, expression):
    """The values of an expression's only column."""
    return engine.fetch(expression).column(0).to_pylist()


def test_rows_come_back_as_they_went(postgres):
    """An empty text is not unknown; quotes, line ends and backslashes are letters like others."""
    rows = pa.table({"text": ["", None, 'a "b", c', "two\nlines", "back\\slash", "\\N", "中文"], "n": list(range(7))})
    postgres.load("texts", rows)
    assert postgres.fetch(postgres.table("texts").order_by("n")).to_pylist() == rows.to_pylist()


def test_texts_stand_in_the_order_of_their_letters_numbers(postgres, words):
    """Capital letters before small ones, as DuckDB has them; the server's own order is the dictionary's."""
    assert found(postgres, words.order_by(words.word.asc(nulls_first=True)).select("word")) == [None, "", "B", "a", "b"]
    assert found(postgres, words.filter(words.word != "").aggregate(least=words.word.min())) == ["B"]


def test_a_share_of_whole_numbers_is_no_whole_number(postgres, words):
    """Two of five are 0.4, where PostgreSQL's own division says 0."""
    t = words.aggregate(share=words.is_long.sum() / words.n.count())
    assert found(postgres, t) == [0.4]


def test_a_share_of_nothing_stops_nobody(postgres, words):
    """1/0 is infinite, -1/0 likewise the other way, 0/0 no number: as DuckDB has them, where PostgreSQL stops."""
    t = words.order_by("n").select(x=(words.n - 2) / (words.n - words.n))
    assert found(postgres, t.limit(1)) == [-math.inf]
    assert found(postgres, t.limit(1, offset=2)) == [math.inf]
    assert math.isnan(found(postgres, t.limit(1, offset=1))[0])


def test_yes_is_one(postgres, words):
    """Yes and no become numbers of any kind, unknown stays unknown."""
    for kind in ("float64", "int8", "int64"):
        assert found(postgres, words.order_by("n").select(x=words.is_long.cast(kind))) == [1, 0, 1, 0, None]


def test_a_whole_float_is_told_with_a_point(postgres, words):
    """75.0 is "75.0" on every engine; 0.5 is "0.5"."""
    assert found(postgres, words.order_by("n").select(x=(words.n / 2).cast("string")))[:2] == ["0.5", "1.0"]


def test_rows_chosen_by_a_window(postgres, words):
    """The first of each kind, whose other columns are there too."""
    first = ibis.row_number().over(group_by=words.is_long, order_by=words.n) == 0
    assert found(postgres, words.filter(first).order_by("n").select("word")) == ["b", "B", None]


def test_letters_to_change(postgres, words):
    """kitten to sitting are three."""
    t = words.limit(1).select(x=ibis.literal("kitten").levenshtein(ibis.literal("sitting")))
    assert found(postgres, t) == [3]


def test_an_empty_list_has_no_rows(postgres):
    """A list of nothing is one of numbers or texts all the same."""
    t = ibis.literal([], "array<int32>").unnest().name("n").as_table()
    assert found(postgres, t) == []


def test_rows_that_come_along(postgres, words):
    """What was worked out in memory is joined there."""
    more = ibis.memtable({"n": [1, 3], "mark": ["x", None]}, schema={"n": "int64", "mark": "string"})
    t = words.join(more, "n").order_by("n").select("mark")
    assert found(postgres, t) == ["x", None]


# --- an engine that is not there -----------------------------------------------------------------


def test_an_engine_that_is_not_there_is_said():
    """In a sentence with its place and without the password."""
    with pytest.raises(Refused, match=r"the engine at 127\.0\.0\.1:1 does not answer") as error:
        engine_at("postgres://me:secret@127.0.0.1:1/shop", "place")
    assert "secret" not in str(error.value)


def test_an_engine_that_is_lost_on_the_way_is_said(address):
    """The server lets go of the connection between two tables; the second one says so."""
    engine = engine_at(address, "lost")
    engine.load("lost_words", WORDS)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("select pg_terminate_backend(pid) from pg_stat_activity where query = 'analyze \"lost_words\"'")
    with pytest.raises(Refused, match="does not answer"):
        engine.load("more", WORDS)


def test_an_engine_has_a_name_that_is_known():
    """Another one is refused with those there are; a name alone needs an address."""
    with pytest.raises(UnknownName, match="no engine is called “oracle”"):
        engine_at("oracle://here/shop", "place")
    with pytest.raises(Refused, match="where is postgres"):
        addresses_of("duckdb,postgres", {})
    assert addresses_of("duckdb,postgres", {"postgres": "postgres://here/x"}) == {"postgres": "postgres://here/x"}


# --- the certificate -----------------------------------------------------------------------------


def test_the_first_difference_is_told():
    """Row, column and both values; a sum that was added up in another order is no difference."""
    one, other = [{"n": 1, "x": 0.1 + 0.2}, {"n": 2, "x": 1.0}], [{"n": 1, "x": 0.3}, {"n": 2, "x": 1.5}]
    assert certificate.difference_between(one, other, True) == "row 2, x: 1.0, and 1.5 there"
    assert certificate.difference_between(one[:1], other[:1], True) == ""
    assert certificate.difference_between(one, one[:1], True) == "2 rows, and 1 there"


def test_an_order_counts_only_where_it_is_declared():
    """The same rows the other way round are the same answer of an expression without an order."""
    rows = [{"n": 1}, {"n": 2}]
    assert certificate.difference_between(rows, rows[::-1], False) == ""
    assert certificate.difference_between(rows, rows[::-1], True) == "row 1, n: 1, and 2 there"


def test_an_order_is_declared_by_the_expression():
    """Also behind a choice of columns and a limit; a sum over ordered rows has none."""
    t = ibis.table({"n": "int64", "m": "int64"}, name="t")
    assert certificate.has_order(t.order_by("n").select("n").limit(3))
    assert not certificate.has_order(t.order_by("n").aggregate(all=t.n.sum()))


def test_unknown_yes_and_one_are_three_things():
    """What is unknown equals only itself, and a yes is no 1."""
    assert certificate.are_alike(None, None) and not certificate.are_alike(None, 0.0)
    assert not certificate.are_alike(True, 1)


def test_a_certificate_is_kept_beside_the_shop(tmp_path):
    """It counts what is equal of what was compared, and says why the rest is not."""
    lines = (Verdict("postgres", METRIC, "a", EQUAL), Verdict("postgres", METRIC, "b", CANNOT, "SyntaxError: near “x”"))
    made = Certificate("s1", {"postgres": "PostgreSQL 15"}, (*lines, Verdict("postgres", STUDY, "c", DIFFERS, "row 1")))
    certificate.keep(tmp_path, made)
    assert recall_certificate(tmp_path) == made
    assert made.count("postgres", METRIC) == (1, 2)
    assert made.kinds_of_failure == {"SyntaxError": 1}
    (tmp_path / FILE).write_text("{", "utf-8")
    assert recall_certificate(tmp_path) is None
