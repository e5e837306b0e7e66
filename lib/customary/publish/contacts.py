"""How customers are reached: kept beside the snapshots for whoever delivers a list, never in one.

Names, addresses, numbers and days of birth lie in the shop's folder like the raw files they come from, readable for
their owner alone, and are written anew by each build: who was forgotten is not among them.
"""

from io import BytesIO
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from customary.publish import files

FILE = "contacts.parquet"
COLUMNS = ("customer_id", "name", "email", "phone", "birth_on")


def gather(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """One row per customer of a build who can be reached somehow; keys are the shop's own."""
    asked = (
        f"select {', '.join(COLUMNS)} from customers where excluded_because is null "
        "and coalesce(name, email, phone) is not null order by customer_id"
    )
    return con.execute(asked).to_arrow_table()


def remember(folder: Path, contacts: pa.Table) -> None:
    """Replace what is kept by the contacts of the snapshot just published."""
    if not contacts.num_rows:
        (folder / FILE).unlink(missing_ok=True)
        return
    content = BytesIO()
    pq.write_table(contacts, content)
    files.replace_private(folder / FILE, content.getvalue())


def contacts(folder: Path) -> pa.Table:
    """The contacts as of the last build; no rows where the shop's files tell none."""
    if (folder / FILE).exists():
        return pq.read_table(folder / FILE)
    kinds = {name: pa.date32() if name == "birth_on" else pa.string() for name in COLUMNS}
    return pa.schema(kinds.items()).empty_table()
