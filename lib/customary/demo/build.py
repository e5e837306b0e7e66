"""Builds the demo shop: SQL files run in the order of their names, then tables are written to a folder."""

import hashlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import duckdb

from customary.wording import wording

Progress = Callable[[str], None]
STAMP = "generator.txt"  # beside the files: the version of the generator that wrote them

# Raw file -> the columns that order its rows (a total order, so that every run writes the same bytes).
RAW_FILES: dict[str, str] = {
    "crm_customers.csv": "account, dirt nulls first",
    "referrals.csv": "referred_no",
    "crm_consents.csv": "cust_no, recorded_at, purpose",
    "loyalty_accounts.csv": "account",
    "erp_products.csv": "sku",
    "erp_orders.csv": "batch, order_no",
    "erp_order_lines.csv": "batch, order_no, line_no",
    "erp_returns.csv": "return_no",
    "till_receipts.csv": "receipt_no, line_no",
    "service_tickets.csv": "ticket_no",
    "surveys.csv": "answer_no",
    "ad_spend.csv": "day, plan",
    "campaign_assignments.csv": "assigned_at, cust_no",
    "weblog.parquet": "event_no",
}
TRUTH_FILES: dict[str, str] = {
    "people.parquet": "cust_no",
    "buyers.parquet": "person",
    "campaigns.parquet": "campaign",
    "moved.parquet": "cust_no",
    "stories.parquet": "story",
    "dirt.parquet": "kind, file",
}
BUILD_COLUMNS = ("account", "order_key", "batch", "plan", "dirt")  # known to the generator, to no source system


def generate(folder: Path, customers: int = 20_000, progress: Progress | None = None) -> None:
    """Write the demo shop's raw files to `folder`/files, its truth to `folder`/truth, notes and changes beside.

    `customers` is the number of customer accounts (at least 100); everything else grows with it: 20,000 give
    about a million web events. The same number gives the same contents on every run of one DuckDB version
    (its `hash` makes the draws). `progress` is called with the name of each step as it begins.
    Raises ValueError for fewer than 100 customers: some of what is planted would not fit.
    """
    if customers < 100:
        raise ValueError(f"the demo shop needs at least 100 customers, not {customers}")
    tell = progress or (lambda step: None)
    with duckdb.connect() as connection:
        connection.execute("set variable customers = ?::int", [customers])
        for script in _scripts():
            tell(script.stem.split("_", 1)[1].replace("_", " "))
            connection.execute(script.read_text(encoding="utf-8"))
        tell(wording("writing files"))
        _write_all(connection, folder / "files", "raw_", RAW_FILES)
        _write_all(connection, folder / "truth", "truth_", TRUTH_FILES)
        _plant_malformed(connection, folder / "files")
        if not (folder / "notes.toml").exists():  # an analyst may have written more into it
            _write_notes(connection, folder / "notes.toml")
        if not (folder / "changes.toml").exists():
            (folder / "changes.toml").write_text(
                files("customary.demo").joinpath("changes.toml").read_text("utf-8"), "utf-8"
            )
    (folder / STAMP).write_text(_version(), encoding="utf-8")


def is_of_this_version(folder: Path) -> bool:
    """Whether the files in a folder are those that this version of the generator writes."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _version()


def _version() -> str:
    """A name for what the generator writes: another one as soon as a letter of its scripts is another."""
    texts = [script.read_bytes() for script in _scripts()]
    return f"{hashlib.sha256(b''.join(texts)).hexdigest()[:16]}, DuckDB {duckdb.__version__}\n"


def _scripts() -> list[Path]:
    room = Path(str(files("customary.demo")))
    return sorted(room.glob("[0-9][0-9]_*.sql"))


def _write_all(connection: duckdb.DuckDBPyConnection, folder: Path, prefix: str, names: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, order in names.items():
        target = folder / name
        hidden = f"columns(c -> c not in {BUILD_COLUMNS})"
        form = "format parquet, compression zstd" if target.suffix == ".parquet" else "format csv, header"
        literal = str(target).replace("'", "''")
        rows = f"select {hidden} from {prefix}{target.stem} order by {order}"
        connection.execute(f"copy ({rows}) to '{literal}' ({form})")


def _plant_malformed(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """A record with the wrong number of fields cannot come out of a table: it is put between the lines."""
    for name, line, record in connection.execute("from malformed order by file, line").fetchall():
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        lines.insert(line, record)
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_notes(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The days that the shop noted, as its people would write them down."""
    notes = connection.execute("select on_date, until_date, en, zh from notes order by on_date, until_date").fetchall()
    parts = [f'[[note]]\non = {on}\nuntil = {until}\nen = "{en}"\nzh = "{zh}"\n' for on, until, en, zh in notes]
    path.write_text("\n".join(parts), "utf-8")
