"""Whether the texts of a Parquet file need cleaning, told from their bytes without cutting out a single one."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from customary.intake.quotes import is_plain_unicode

# What a cell that needs cleaning begins or ends with: blanks, the guards of spreadsheets.
_SIDES = np.zeros(256, bool)
_SIDES[[*b" \t\r\n\v\f'="]] = True
BATCH = 1 << 16


def are_bare(texts: pa.Array) -> bool:
    """Whether no text has anything around it, is empty, guarded for a spreadsheet or written in parts.

    Then there is nothing to clean. It may say no where all are bare, never yes where one is not.
    """
    given = texts.drop_null().cast(pa.large_string())
    if not len(given):
        return True
    _, places, letters = given.buffers()
    ends = np.frombuffer(places, np.int64)[given.offset : given.offset + len(given) + 1]
    if letters is None or (ends[1:] == ends[:-1]).any():
        return False
    found = np.frombuffer(letters, np.uint8)
    if _SIDES[found[ends[:-1]]].any() or _SIDES[found[ends[1:] - 1]].any():
        return False
    return is_plain_unicode(found[ends[0] : ends[-1]].tobytes())


def bare_columns(path: Path, names: Sequence[str]) -> list[str]:
    """Those of some text columns of a Parquet file in which every text is bare."""
    left = list(names)
    file = pq.ParquetFile(path)
    for group in range(file.num_row_groups):
        if not left:
            break
        for batch in file.iter_batches(BATCH, row_groups=[group], columns=left, use_threads=False):
            left = [name for name in left if name in batch.schema.names and are_bare(batch.column(name))]
    return left
