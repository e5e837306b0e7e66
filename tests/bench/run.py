"""Ratios of one run: ours against idiomatic pandas, and the waits of a reader. Needs CUSTOMARY_REAL_DATA.

Wall times of a busy machine say little; the ratios of turns taken A B A B do. Prints a table, asserts nothing.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "lib")]
TURNS = 5


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def told(name: str, ours: float, peer: float | None = None, goal: str = "") -> None:
    """One line of the report."""
    ratio = f"{peer / ours:6.1f}×" if peer else "       "
    peers = f"{peer:9.3f} s" if peer else " " * 11
    print(f"{name:<44}{ours:9.3f} s{peers}  {ratio}  {goal}", flush=True)


def analyses(shop_name: str) -> dict[str, Callable[[], object]]:
    """The five analyses from the snapshot, straight to pandas: no answer of this process's cache is used."""
    from customary import measure, metrics, open_shop, study

    shop = open_shop(shop_name)
    halves = {"during": ("2011-06-01", "2011-12-10"), "against": ("2010-12-01", "2011-06-01")}
    return {
        "RFM": lambda: study(shop, "rfm").to_pandas(),
        "cohorts": lambda: study(shop, "cohorts").to_pandas(),
        "monthly revenue by country": lambda: measure(
            shop, metrics.gross_revenue, by="country", every="month"
        ).to_pandas(),
        "tiers": lambda: study(shop, "tiers").to_pandas(),
        "driver tree": lambda: study(shop, "driver_tree", **halves).to_pandas(),
    }


def peers(lines: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """The same five in pandas, from lines already cleaned and in memory."""
    import pandas_peer as peer

    as_of, middle = pd.Timestamp("2011-12-10"), pd.Timestamp("2011-06-01")
    return {
        "RFM": lambda: peer.rfm(lines, as_of),
        "cohorts": lambda: peer.cohorts(lines),
        "monthly revenue by country": lambda: peer.monthly_by_country(lines),
        "tiers": lambda: peer.tiers(lines, as_of),
        "driver tree": lambda: peer.drivers(lines, middle),
    }


def online_retail(file: Path) -> None:
    """Adopt and build once, then the five analyses in turns."""
    import pandas_peer as peer

    from customary import intake, publish
    from customary.places import shops_folder

    source, folder = intake.source_named("online_retail"), shops_folder() / "giftshop"
    brought = seconds(lambda: (intake.adopt([file], source, folder), publish.build("giftshop")))
    found: list[pd.DataFrame] = []
    read = seconds(lambda: found.append(peer.cleaned(file)))
    told("adopt + build | read_csv + clean", brought, read)
    ours, theirs = analyses("giftshop"), peers(found[0])
    sums = {"ours": 0.0, "theirs": 0.0}
    for name in ours:
        ours[name](), theirs[name]()
        mine, other = zip(*((seconds(ours[name]), seconds(theirs[name])) for _turn in range(TURNS)), strict=True)
        told(name, median(mine), median(other))
        sums["ours"] += median(mine)
        sums["theirs"] += median(other)
    told("five analyses, pandas already in memory", sums["ours"], sums["theirs"])
    told("five analyses from the snapshot | from the file", sums["ours"], sums["theirs"] + read, "goal ≥ 3×")


def demo() -> None:
    """The demo shop from nothing."""
    from customary import demo, intake, publish
    from customary.places import shops_folder

    folder = shops_folder() / "demo"
    folder.mkdir(parents=True)
    told("demo: generate 20,000 customers", seconds(lambda: demo.generate(folder)), goal="goal ≤ 5 s")
    source, settings = intake.source_named("demo"), {"title": "Demo shop", "as_of": str(demo.AS_OF)}
    files = sorted((folder / "files").iterdir())
    intake.adopt(files, source, folder, settings)
    told("demo: build", seconds(lambda: publish.build("demo")), goal="goal ≤ 15 s")


def main() -> None:
    """Everything, in a folder that is thrown away."""
    data = os.environ.get("CUSTOMARY_REAL_DATA")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n{'':<44}{'ours':>11}{'pandas':>11}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CUSTOMARY_SHOPS"] = folder
        if data:
            online_retail(Path(data) / "online_retail" / "online_retail.csv.gz")
        else:
            print("Online Retail: set CUSTOMARY_REAL_DATA to the folder that holds online_retail/")
        demo()
        subprocess.run([sys.executable, str(HERE / "intake.py")], check=False)
        subprocess.run([sys.executable, str(HERE / "models.py")], check=False)
        subprocess.run([sys.executable, str(HERE / "portraits.py")], check=False)
        subprocess.run([sys.executable, str(HERE / "browser.py")], check=False)


if __name__ == "__main__":
    main()
