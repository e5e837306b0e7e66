"""Arrays that were worked out in memory, as a table of the engine."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from numpy.typing import ArrayLike


def table_of(columns: Mapping[str, ArrayLike], types: Mapping[str, str]) -> ir.Table:
    """A table with these columns in these types; what is no number becomes empty. Rows have no promised order."""
    schema = ibis.schema(types).to_pyarrow()
    return ibis.memtable(pa.table({f.name: pa.array(columns[f.name], f.type, from_pandas=True) for f in schema}))
