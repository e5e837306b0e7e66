"""Ratios of one run: our fits against lifetimes, and ten million customers. CPU seconds, one BLAS thread.

Customers are simulated as BG/NBD or Pareto/NBD say, with the parameters of CDNOW: a quarter of first purchases,
39 weeks watched, days merged. What is timed begins with a table of one row per customer in the engine.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "lib")]

from memory import peak  # noqa: E402
from simulated import in_days, simulated  # noqa: E402

from customary.models.btyd import MODELS  # noqa: E402
from customary.models.histories import Histories  # noqa: E402
from customary.studies.lifetime_value.scoring import with_scores  # noqa: E402
from customary.studies.shared.histories import GROUP, distinct_histories  # noqa: E402

WATCHED, COHORT = 273, 84  # days


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call, of all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


def customers_of(model: str, customers: int) -> dict[str, np.ndarray]:
    """Repeats, last age and age in whole days."""
    rng = np.random.default_rng(1)
    return in_days(simulated(model, (WATCHED - rng.integers(0, COHORT, customers)) / 7, rng))


def shop_of(columns: dict[str, np.ndarray], path: str = ":memory:") -> ibis.BaseBackend:
    """An engine that holds the customers."""
    con = ibis.duckdb.connect(path, memory_limit="2GB", threads=2)
    ids = np.arange(len(columns["repeats"]))
    con.create_table("customers", pa.table({"customer_id": ids, **columns}))
    return con


def histories(groups: pa.Table) -> Histories:
    """The distinct histories of an answer, in weeks."""
    return Histories(*(groups[name].to_numpy() for name in groups.column_names), unit=7)


def fitted(con: ibis.BaseBackend, model: str) -> tuple[object, pa.Table, Histories]:
    """Group in the engine, fit in memory."""
    groups = con.to_pyarrow(distinct_histories(con.table("customers")))
    seen = histories(groups)
    return MODELS[model].fit(seen), groups, seen


def scored(con: ibis.BaseBackend, model: str) -> None:
    """Three scores per distinct history, joined to every customer in a table."""
    fit, groups, seen = fitted(con, model)
    by_name = MODELS[model]
    scores = {
        "alive_rate": by_name.alive(fit, seen),
        "buys_again_rate": by_name.purchase_probability(fit, seen, 52.0),
        "expected_purchases": by_name.expected_purchases(fit, seen, 52.0),
    }
    by_group = {name: groups[name].to_numpy() for name in GROUP} | scores
    table = with_scores(con.table("customers"), by_group)
    con.create_table("scores", table.select("customer_id", *scores), overwrite=True)


def peer(model: str, columns: dict[str, np.ndarray], weights: np.ndarray | None = None) -> None:
    """The same fit by lifetimes."""
    import lifetimes

    made = {"bgnbd": lifetimes.BetaGeoFitter, "paretonbd": lifetimes.ParetoNBDFitter}[model]()
    weeks = pd.DataFrame(columns).astype(float)
    weights = None if weights is None else pd.Series(weights.astype(float))
    made.fit(weeks.repeats, weeks.last_age_days / 7, weeks.age_days / 7, weights=weights)


def told(name: str, ours: float, other: float | None = None, goal: str = "") -> None:
    """One line of the report."""
    ratio = f"{other / ours:6.1f}×" if other else ""
    print(f"{name:<52}{ours:9.3f} s{'' if other is None else f'{other:9.3f} s':>11}  {ratio:>7}  {goal}", flush=True)


def against_lifetimes(model: str, customers: int, goal: str, goal_weighted: str = "") -> None:
    """Group and fit, and the peer on the same customers; with `goal_weighted` also on the same distinct histories."""
    columns = customers_of(model, customers)
    con = shop_of(columns)
    fitted(con, model)
    ours = min(cpu(lambda: fitted(con, model)) for _turn in range(3))
    told(f"{model}: {customers:,} customers", ours, cpu(lambda: peer(model, columns)), goal)
    if goal_weighted:
        groups = con.to_pyarrow(distinct_histories(con.table("customers")))
        ours = min(cpu(lambda: MODELS[model].fit(histories(groups))) for _turn in range(3))
        distinct = {name: groups[name].to_numpy() for name in GROUP}
        other = cpu(lambda: peer(model, distinct, groups["customer_count"].to_numpy()))
        told(f"{model}: {len(groups):,} distinct histories, weighted", ours, other, goal_weighted)


def many(path: str, customers: int) -> None:
    """Write simulated customers into a file, in a process that is not measured."""
    shop_of(customers_of("bgnbd", customers), path).disconnect()


def ten_million() -> None:
    """Fit and score ten million customers from a file, and the most memory that took."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/customers.duckdb"
        subprocess.run([sys.executable, __file__, path, "10000000"], check=True)
        con = ibis.duckdb.connect(path, memory_limit="700MB", threads=2)
        told("bgnbd: 10,000,000 customers, group and fit", cpu(lambda: fitted(con, "bgnbd")), goal="goal ≤ 1.5 s")
        told("bgnbd: the same, scored and joined", cpu(lambda: scored(con, "bgnbd")), goal="goal ≤ 4 s with the fit")
        print(f"{'peak memory':<52}{peak():9.2f} GB{'goal ≤ 1 GB':>33}", flush=True)


def main() -> None:
    """Each part in a process of its own, so that memory is its own too."""
    parts = {
        "1M": lambda: against_lifetimes("bgnbd", 1_000_000, "goal ≥ 40×", "goal ≥ 8×"),
        "24k": lambda: against_lifetimes("paretonbd", 24_000, "goal ≥ 15×"),
        "10M": ten_million,
    }
    if len(sys.argv) > 2:
        many(sys.argv[1], int(sys.argv[2]))
        return
    if len(sys.argv) > 1:
        parts[sys.argv[1]]()
        return
    print(f"\nmodels: CPU seconds\n{'':<52}{'ours':>11}{'lifetimes':>11}", flush=True)
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    for part in parts:
        subprocess.run([sys.executable, __file__, part], env={**os.environ, **one_thread}, check=False)


if __name__ == "__main__":
    main()
