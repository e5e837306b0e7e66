"""The intake against Python's csv module on the same file, Parquet in rows a second, and the most memory it takes.

`python intake.py` prints all; `python intake.py load SHOP` loads one shop, the peak of whose memory is its own.
CPU seconds are those of all threads of this process, and what a first load imports is not counted.
"""

import csv
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "lib")]
LINES, MANY = 1_000_000, 5_000_000
HEAD = "order_id,customer_id,created_at,paid_at,total,channel,country,city\n"
LINE_HEAD = "order_id,ordered_at,customer_id,customer_name,email,country,product_id,product_name,quantity,unit_price\n"
NAMES = ("Anna Meyer", "Ben O'Neil", "Élodie Dubois", "José García", "李雷", "Olga Kowalski")


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call, all threads."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write_orders(path: Path, count: int) -> None:
    """One order a line: ids, two times, an amount, three names."""
    dice = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for n in range(count):
            day = f"2024-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02} {n % 24:02}:{n % 60:02}"
            total = dice.randrange(100, 99_999) / 100
            channel = dice.choice(("web", "app", "store"))
            file.write(f"{n},c{dice.randrange(200_000)},{day}:00,{day}:30,{total:.2f},{channel},DE,Berlin\n")


def write_lines(path: Path, count: int) -> None:
    """Orders of four lines each, with the customer's name and the product's on every line."""
    dice = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write(LINE_HEAD)
        for n in range(count):
            if n % 4 == 0:
                who = dice.randrange(count // 8 + 1)
                day = f"2024-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02} {n % 24:02}:{n % 60:02}:{n % 59:02}"
                order = f"{100_000 + n // 4},{day},C{who:06},{NAMES[who % 6]},user{who}@example.com,DE"
            product = dice.randrange(5_000)
            file.write(f"{order},P{product:05},Red mug {product},{dice.randrange(1, 6)},{product % 90 + 1.5:.2f}\n")


def count_records(path: Path) -> int:
    """What the csv module alone does with a file."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file))


def load(shop: str) -> None:
    """The intake of a shop: reading, accounting, conforming; no frames."""
    from customary import intake
    from customary.engine import working_database
    from customary.intake.settings import read_settings
    from customary.places import shop_path

    folder = shop_path(shop)
    settings = read_settings(folder)
    order = intake.Order(intake.source_of(folder, settings["source"]), settings, folder)
    with tempfile.TemporaryDirectory() as aside, working_database(Path(aside) / "shop.duckdb") as con:
        intake.load(con, order, lambda step, amount: None)


def adopt(path: Path, shop: str) -> None:
    """Take a file in as the command line does, in a process of its own."""
    words = ["adopt", str(path), "--name", shop, "--yes"]
    subprocess.run([sys.executable, "-m", "customary", *words], check=True, capture_output=True)


def told(name: str, ours: float, peer: float, goal: str = "") -> None:
    """One line of the report: CPU seconds of both, and how many times the peer's ours are."""
    print(f"{name:<52}{ours:8.2f} s{peer:9.2f} s  {ours / peer:6.2f}×  {goal}", flush=True)


def against_csv(folder: Path, name: str, write: Callable[[Path, int], None]) -> None:
    """First build and next build of one file, each against the csv module in turn."""
    path = folder / f"{name}.csv"
    write(path, LINES)
    adopt(path, name)
    for what, goal in (("first build", "goal ≤ 2.5×"), ("next build, the file read already", "")):
        peer = cpu(lambda: count_records(path))
        told(f"{name}: {what}", cpu(lambda: load(name)), peer, goal)


def parquet(folder: Path) -> None:
    """The same orders in Parquet, times and amounts in their types: rows a second of CPU."""
    import pyarrow.csv as arrow_csv
    import pyarrow.parquet as pq

    path = folder / "typed.parquet"
    pq.write_table(arrow_csv.read_csv(folder / "orders.csv"), path)
    adopt(path, "typed")
    seconds = cpu(lambda: load("typed"))
    reading = cpu(lambda: read_only("typed"))
    print(f"Parquet: {LINES / reading / 1e6:.1f} M rows/s read, {LINES / seconds / 1e6:.1f} M/s with conforming")


def read_only(shop: str) -> None:
    """Raw tables of a shop's files, nothing conformed."""
    import duckdb

    from customary import intake
    from customary.intake import readers
    from customary.intake.load import BOOKS
    from customary.intake.settings import read_settings
    from customary.places import shop_path

    folder = shop_path(shop)
    settings = read_settings(folder)
    order = intake.Order(intake.source_of(folder, settings["source"]), settings, folder)
    with duckdb.connect() as con:
        con.execute(BOOKS)
        for raw in order.source.raw:
            readers.create_raw(con, raw)
        for file in order.files():
            readers.read_file(con, file, lambda step, amount: None)
        for raw in order.source.raw:
            con.execute(f"select {', '.join(f'max("{name}")' for name in raw.columns)} from {raw.name}").fetchall()


def peak_of(shop: str) -> float:
    """The most memory of a process that only loads one shop, in GB."""
    words = [sys.executable, str(Path(__file__)), "load", shop]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Everything, in a folder that is thrown away."""
    import os

    with tempfile.TemporaryDirectory() as told_folder:
        folder = Path(told_folder)
        os.environ["CUSTOMARY_SHOPS"] = str(folder / "shops")
        os.environ["PYTHONPATH"] = str(HERE.parents[1] / "lib")
        write_orders(folder / "few.csv", 100)
        adopt(folder / "few.csv", "few")
        load("few")
        print(f"{'intake of 1,000,000 lines, CPU':<52}{'ours':>10}{'csv module':>11}")
        against_csv(folder, "orders", write_orders)
        against_csv(folder, "lines", write_lines)
        parquet(folder)
        write_lines(folder / "many.csv", MANY)
        adopt(folder / "many.csv", "many")
        many, few = (peak_of(shop) * 1024 for shop in ("many", "few"))
        print(f"memory: {many:.0f} MB for {MANY:,} lines (goal < 600), {few:.0f} MB for 100")


if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        import memory

        load(sys.argv[2])
        print(memory.peak())
    else:
        main()
