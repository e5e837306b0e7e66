"""Cells that hold what a spreadsheet writes for a formula that failed: blank ones, counted and said.

A workbook's own sheet gives them as blank; exported as text, or as one of several sheets, they stand there in words.
"""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from customary.intake.lines import Records

FAILED = ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")
REASON = "cells whose formula failed, such as #N/A, which are blank"


def blank_failed(part: Records, odd: dict[str, int]) -> Records:
    """Records without such cells; how many there were is added to `odd`."""
    columns, count = [], 0
    for column in part.cells.columns:
        is_failed = pc.is_in(pc.utf8_trim_whitespace(column), value_set=pa.array(FAILED, column.type))
        here = pc.sum(is_failed).as_py() or 0
        columns.append(pc.if_else(is_failed, pa.scalar(None, column.type), column) if here else column)
        count += here
    if not count:
        return part
    odd[REASON] = odd.get(REASON, 0) + count
    return replace(part, cells=pa.table(columns, names=part.cells.column_names))
