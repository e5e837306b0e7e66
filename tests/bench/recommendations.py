"""Recommendations on Online Retail: CPU seconds of the chosen way against implicit's BM25, and the recall of both.

The last order of each of the 2,000 customers who bought last is kept back. What is timed begins with the frame of order
lines and ends with ten product numbers for each of them. Needs CUSTOMARY_REAL_DATA, and implicit for the peer: it is no
dependency of ours, and without it only our own seconds are told.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[2] / "lib")]

from customary import intake, open_shop, publish  # noqa: E402
from customary.places import shops_folder  # noqa: E402
from customary.studies.recommendations.interests import Memory, purchases_of, views_of  # noqa: E402
from customary.studies.recommendations.quality import PEOPLE  # noqa: E402
from customary.studies.recommendations.trials import TEST, keep_back  # noqa: E402
from customary.studies.recommendations.ways import WAYS, lists_of  # noqa: E402

WAY, PLACES, TURNS = "by customers, more repeats", 10, 5


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of one call, of all threads, and what it gives."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def recall(lists: pd.DataFrame, answers: pd.DataFrame) -> float:
    """The mean over customers of the share of the order's products that are on the list."""
    wanted = answers.drop_duplicates(["customer_id", "product_id"])
    hits = wanted.merge(lists.drop_duplicates(), how="left", on=["customer_id", "product_id"], indicator="found")
    return float((hits.found == "both").groupby(hits.customer_id).mean().mean())


def by_implicit(bought: pd.DataFrame, customers: list[str]) -> pd.DataFrame:
    """Ten products for each customer by BM25 with the defaults of the library, what was bought counted in."""
    from implicit.nearest_neighbours import BM25Recommender
    from scipy.sparse import csr_matrix

    people, products = pd.Categorical(bought.customer_id), pd.Categorical(bought.product_id)
    counts = csr_matrix((np.ones(len(bought)), (people.codes, products.codes)))
    model = BM25Recommender()
    model.fit(counts, show_progress=False)
    rows = people.categories.get_indexer(customers)
    ids, _scores = model.recommend(rows, counts[rows], N=PLACES, filter_already_liked_items=False)
    return pd.DataFrame({"customer_id": np.repeat(customers, PLACES), "product_id": products.categories[ids.ravel()]})


def shop_of_file() -> Mapping[str, Any]:
    """The gift shop's lines and events, in the engine that holds its snapshot."""
    if "giftshop" not in {path.name for path in shops_folder().glob("*")}:
        file = Path(os.environ["CUSTOMARY_REAL_DATA"]) / "online_retail" / "online_retail.csv.gz"
        intake.adopt([file], intake.source_named("online_retail"), shops_folder() / "giftshop")
        publish.build("giftshop")
    shop = open_shop("giftshop")
    items = shop.frame("items")
    items = items.filter(items.left_out_because.isnull() & items.customer_id.notnull())
    return {"shop": shop, "items": items, "events": shop.frame("events")}


def compare() -> None:
    """Turns of ours and the peer's, one after the other; medians are told."""
    found = shop_of_file()
    kept = keep_back(purchases_of(found["items"]), views_of(found["events"]), PEOPLE, (TEST,))
    fetch = found["shop"].fetch
    con = ibis.duckdb.connect(threads=2)
    for name in ("answers", "purchases", "views"):
        con.create_table(name, fetch(getattr(kept, name)))
    answers, purchases, views = (con.table(name) for name in ("answers", "purchases", "views"))
    asked = answers.select("trial", "customer_id").distinct()
    sql = ibis.to_sql(lists_of(WAYS[WAY], purchases, views, asked, Memory(), PLACES), dialect="duckdb")
    known, wanted = purchases.to_pandas(), answers.to_pandas()
    customers = sorted(set(wanted.customer_id))
    ours, theirs = [], []
    mine = other = pd.DataFrame()
    for _turn in range(TURNS):
        seconds, mine = cpu(lambda: con.raw_sql(sql).df())
        ours.append(seconds)
        try:
            seconds, other = cpu(lambda: by_implicit(known, customers))
            theirs.append(seconds)
        except ModuleNotFoundError:
            print("implicit is not installed: no peer")
            break
    print(f"ours      {np.median(ours):6.3f} CPU s  recall@{PLACES} {recall(mine, wanted):.4f}")
    if theirs:
        print(f"implicit  {np.median(theirs):6.3f} CPU s  recall@{PLACES} {recall(other, wanted):.4f}")
        print(f"ratio     {np.median(ours) / np.median(theirs):6.2f}×  (goal ≤ 2×)")


if __name__ == "__main__":
    if "CUSTOMARY_SHOPS" not in os.environ:
        os.environ["CUSTOMARY_SHOPS"] = tempfile.mkdtemp()
    compare()
