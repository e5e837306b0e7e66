"""An experiment of five million customers: CPU seconds of our one query and its test against SQL written by hand.

Two arms, an outcome that came with them and what the same customers did before (CUPED), in one table of the engine.
By hand means: the same counts, averages, variances and covariance per arm in one SELECT, and Welch's t from them.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import numpy as np

sys.path[:0] = [str(Path(__file__).parents[2] / "lib")]

from customary.models.experiments import compare  # noqa: E402
from customary.studies.shared.arms import arm_moments, arm_of  # noqa: E402

CUSTOMERS, TURNS = 5_000_000, 7
BY_HAND = """
    select arm, count(outcome) as n, avg(outcome) as mean, var_samp(outcome) as variance, avg(before) as before_mean,
        var_samp(before) as before_variance, covar_samp(outcome, before) as covariance, count(*) as assigned,
        count(*) filter (not is_mature) as immature, count(*) filter (outcome is null) as unknown,
        count(*) filter (outcome <> 0) as did, bool_and(outcome = 0 or outcome = 1) as is_share
    from units group by experiment, arm order by arm
"""


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of one call, of all threads, and what it gives."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def engine() -> ibis.BaseBackend:
    """An engine that holds the customers of one experiment."""
    con = ibis.duckdb.connect(threads=2)
    con.raw_sql(f"""
        create table units as
        select 'mail' as experiment, if(hash(i) % 2 = 0, 'control', 'sent') as arm, 'c' || i as customer_id,
            date '2025-01-10' as day_on, (hash(i, 2) % 1000) / 100.0 + if(hash(i) % 2 = 0, 0, 0.01) as outcome,
            (hash(i, 3) % 1000) / 100.0 as before, true as is_mature
        from range({CUSTOMERS}) t(i)
    """)
    return con


def by_hand(con: ibis.BaseBackend) -> float:
    """The t of Welch after CUPED, from one SELECT."""
    control, sent = con.raw_sql(BY_HAND).fetchall()
    pooled = sum((row[1] - 1) * row[6] for row in (control, sent)) / sum(
        (row[1] - 1) * row[5] for row in (control, sent)
    )
    means = [row[2] - pooled * row[4] for row in (control, sent)]
    errors = [(row[3] + pooled**2 * row[5] - 2 * pooled * row[6]) / row[1] for row in (control, sent)]
    return float((means[1] - means[0]) / np.sqrt(sum(errors)))


def ours(con: ibis.BaseBackend, sql: str) -> float:
    """The same by our expression and tea-tasting; the expression is compiled once, as a known shape is."""
    rows = {row["arm"]: row for row in con.raw_sql(sql).to_arrow_table().to_pylist()}
    found = compare(arm_of(rows["control"], True), arm_of(rows["sent"], True))
    return found.statistic if found else float("nan")


def main() -> None:
    """Turns of both, one after the other; medians and their ratio."""
    con = engine()
    sql = ibis.to_sql(arm_moments(con.table("units")), dialect="duckdb")
    ours(con, sql), by_hand(con)
    seconds: dict[str, list[float]] = {"ours": [], "by hand": []}
    for _turn in range(TURNS):
        mine, t = cpu(lambda: ours(con, sql))
        other, t_by_hand = cpu(lambda: by_hand(con))
        seconds["ours"].append(mine)
        seconds["by hand"].append(other)
    middle = {name: float(np.median(values)) for name, values in seconds.items()}
    print(f"experiment of {CUSTOMERS:,} customers: t {t:.4f}, by hand {t_by_hand:.4f}")
    print(f"ours {middle['ours']:.3f} CPU s, by hand {middle['by hand']:.3f} CPU s")
    print(f"ratio {middle['ours'] / middle['by hand']:.2f}×  (goal ≤ 1.15×)")


if __name__ == "__main__":
    main()
