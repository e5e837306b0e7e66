"""What a shop says is the same whichever engine its tables live on."""

import pytest
import servers
import worked_examples
from conftest import load_rows
from samples import thirds

from customary.declare import METRICS, STUDIES
from customary.engine import working_database
from customary.engines import engine_at
from customary.engines.shop import EngineShop
from customary.frames import ORDER
from customary.publish.certificate import EQUAL, FRAME, METRIC, STUDY, compare_shops
from customary.publish.elsewhere import copy_books, copy_tables, derive, facts_of

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


@pytest.mark.parametrize("name", thirds(STUDIES))
def test_a_study_is_the_same_on_postgres(worked_shop, elsewhere, name):
    """Its rows, in the order that it declares."""
    assert verdict(worked_shop, elsewhere, STUDY, name) == (EQUAL, "")
