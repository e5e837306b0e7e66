"""An answer as a notebook shows it that asks for nothing more: its first rows, n of N, and what was asked."""

from collections.abc import Sequence

from markupsafe import Markup

from customary.wording import say


def rows_text(shown: int, total: int) -> str:
    """How much of a table is shown: "25 of 1,204 rows"."""
    return say("{shown:,} of {total:,} rows", shown=shown, total=total)


def html_table(heads: Sequence[str], cells: Sequence[Sequence[str]], total: int, asked: str) -> str:
    """The HTML of these rows of texts under their headings, of `total` there are, with the question they answer."""
    head = Markup().join(map(Markup("<th>{}</th>").format, heads))
    rows = (Markup().join(map(Markup("<td>{}</td>").format, row)) for row in cells)
    body = Markup().join(map(Markup("<tr>{}</tr>").format, rows))
    table = "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table><p>{}</p>"
    return str(Markup(table).format(head, body, f"{rows_text(len(cells), total)} · {asked}"))
