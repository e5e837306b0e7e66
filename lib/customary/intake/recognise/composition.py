"""What a recognised file becomes: its SELECTs, which of them carry its records, and what was decided."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from customary.intake import keys
from customary.intake.readers import quote
from customary.intake.recognise.kinds import PEOPLE, Recognition
from customary.intake.recognise.own_columns import OwnColumn


@dataclass
class Composition:
    """The SELECTs of one raw table by canonical table, which of them carry its records, and what was decided."""

    raw: str
    becomes: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    selects: dict[str, str] = field(default_factory=dict)
    decided: dict[str, list[str]] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    own: Sequence[OwnColumn] = ()
    raws: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""  # what the file is
    file: str = ""  # the raw table by its name, where `raw` is SQL on it
    currency: str = ""  # of all amounts, where the file has no column of currencies and other files are in another
    filled: str = ""  # SQL of the raw table where rows of an order that leave its number blank have it

    @property
    def records(self) -> str:
        """What the SELECTs read: the raw table, or what stands for it."""
        return self.filled or self.raw

    def brings(self, table: str) -> bool:
        """Whether the file is that table: its records are the rows, or it is of that kind."""
        return table in self.becomes or (table == self.kind and table in self.feeds)

    def own_of(self, table: str) -> dict[str, str]:
        """The columns of the shop's own that this file brings to a table: name → its quoted column."""
        return {one.name: quote(one.column) for one in self.own if one.table == table}

    def add(self, table: str, grain: str, select: str, decided: list[str], *, carries: bool) -> None:
        """One more SELECT; `carries` if every record of the file is one row of it."""
        (self.becomes if carries else self.feeds).append(table)
        self.selects[table] = select
        self.decided[table] = [f"grain:   {grain}", *(f"decided: {line}" for line in decided)]


def sql_text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def person(found: Recognition) -> str | None:
    """SQL for the customer's key: the first of number, e-mail and phone that a row has, placeholders passed over."""
    parts = []
    for name in PEOPLE:
        if column := found.column(name):
            text = quote(column)
            key = f"lower({text})" if name == "email" else keys.tax_number(text) if _is_tax_number(column) else text
            is_hidden = any("**" in value for value in found.look.values(column))
            nobody = keys.is_placeholder(text) if name == "customer_id" else keys.is_masked(text) if is_hidden else ""
            parts.append(f"case when not {nobody} then {key} end" if nobody else key)
    return None if not parts else parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def _is_tax_number(column: str) -> bool:
    """Whether a column has the tax numbers of Brazilian persons and companies, which shops there know people by."""
    return re.search(r"\b(cpf|cnpj)\b", column, re.IGNORECASE) is not None


def select_text(columns: Mapping[str, str | None], source: str) -> str:
    """A SELECT of named columns; those without SQL are left out."""
    named = [f"    {sql} as {name}" if sql != name else f"    {name}" for name, sql in columns.items() if sql]
    return "select\n" + ",\n".join(named) + f"\n{source}"
