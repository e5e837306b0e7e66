"""Questions that many viewers ask: each is composed, compiled and answered once per snapshot and process."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa

from customary.cache import once
from customary.declare import Metric
from customary.query.measure import measure
from customary.query.study import study, study_named
from customary.shop import Shop


@once
def _measured(shop: Shop, /, *metrics: Metric, **question: Any) -> pa.Table:
    return shop.fetch(measure(shop, *metrics, **question))


def values(shop: Shop, *metrics: Metric, **question: Any) -> pd.DataFrame:
    """What `measure` answers, as a frame of the caller's own."""
    return _measured(shop, *metrics, **question).to_pandas()


def rows(shop: Shop, *metrics: Metric, **question: Any) -> list[dict[str, Any]]:
    """What `measure` answers, row by row; what is unknown is None."""
    found: list[dict[str, Any]] = _measured(shop, *metrics, **question).to_pylist()
    return found


@once
def answered(shop: Shop, /, which: str, **options: Any) -> tuple[pa.Table, dict[str, Any]]:
    """A study's rows, and its definition, source and query."""
    found, expression = study_named(which), study(shop, which, **options)
    told = {"definition": found.definition, "zh": found.zh, "source": found.source}
    return shop.fetch(expression), {**told, "sql": shop.sql(expression)}
