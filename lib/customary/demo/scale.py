"""The demo shop at scale: up to five million customers, written as Parquet a slice of its customers at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from customary.demo.build import Progress
from customary.wording import say

SLICE = 250_000  # customers: with so many at a time the process stays within 1.2 GB
MEMORY = "1GB"  # what the engine may hold; beyond it, it writes aside
TABLES = ("customers", "orders", "lines", "returns", "events")
SHARED = ("10_draws", "20_calendar", "30_products", "scale_0_catalogue")
STEPS = ("scale_1_customers", "scale_2_orders", "scale_3_visits", "scale_4_events", "scale_5_files")
PRODUCTS = "select sku, product_name, category, subcategory, list_price, launched_on from items"
# Row groups are those of the engine's own tables, so that a slice's batches are written as they come.
FORM = "format parquet, compression zstd, row_group_size 122880"


@dataclass(frozen=True)
class Scale:
    """How large a shop is: its customers, about how many events its log holds, and what makes it so many.

    `visits_each` is the scale of the Lomax distribution of visits without an order, half a year's of a customer.
    """

    customers: int
    events: int
    visits_each: float

    def slices(self) -> Iterator[tuple[int, int]]:
        """The first customer of each slice, and the first of the next."""
        for first in range(0, self.customers, SLICE):
            yield first, min(first + SLICE, self.customers)


SCALES = {
    "S": Scale(20_000, 1_000_000, 10.8),
    "M": Scale(1_000_000, 20_000_000, 2.4),
    "L": Scale(5_000_000, 100_000_000, 2.4),
}


def generate_at_scale(folder: Path, scale: Scale, progress: Progress | None = None, threads: int | None = None) -> None:
    """Write the shop's files to `folder`/files: products, and of each slice customers, orders, lines, returns, events.

    The same scale gives the same bytes on every run of one DuckDB version, whatever the number of `threads` (two at
    least: a single one cuts files into other parts), as every draw is a hash of what it is about. No truth is written
    beside it: this shop shows how fast, not how true, an answer is. `progress` is called with each step as it begins.
    """
    tell = progress or (lambda step: None)
    target = folder / "files"
    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(folder / "aside")}) as connection:
        if threads:
            connection.execute(f"set threads = {max(2, threads)}")
        _run(connection, SHARED)
        connection.execute("set variable visits_each = ?", [scale.visits_each])
        _write(connection, PRODUCTS, target / "products.parquet")
        for n, (first, following) in enumerate(scale.slices(), 1):
            tell(say("customers {first:,} to {last:,}", first=first + 1, last=following))
            connection.execute("set variable first_customer = ?", [first])
            connection.execute("set variable next_customer = ?", [following])
            _run(connection, STEPS)
            for table in TABLES:
                _write(connection, f"from slice_file_{table}", target / f"{table}_{n:02}.parquet")


def _run(connection: duckdb.DuckDBPyConnection, scripts: tuple[str, ...]) -> None:
    room = Path(str(files("customary.demo")))
    for name in scripts:
        connection.execute((room / f"{name}.sql").read_text(encoding="utf-8"))


def _write(connection: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    literal = str(path).replace("'", "''")
    connection.execute(f"copy ({rows}) to '{literal}' ({FORM})")
