"""A passport as a card to read."""

from textwrap import indent
from typing import Any

from rich.table import Table
from rich.text import Text

from customary.cli.tables import console, show_heading, without_controls
from customary.language import translate
from customary.query.accounts import Accounts
from customary.query.answer import Answer
from customary.query.passport import Passport
from customary.reasons import reason_text
from customary.wording import say, word


def reasons(found: Passport) -> tuple[list[str], list[dict[str, Any]]]:
    """Columns and rows of the accounts: counted, and left out for each reason."""
    rows: list[dict[str, Any]] = [{"outcome": "counted", "reason": None, "row_count": found.counted_rows}]
    rows += [{"outcome": "left out", "reason": why, "row_count": n} for why, n in found.left_out.items()]
    return ["outcome", "reason", "row_count"], rows


def _facts(pairs: list[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, text in pairs:
        table.add_row(name, without_controls(text))
    return table


def _accounts(found: Passport) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(f"{found.source_rows:,}", Text(say("source rows"), style="bold"))
    table.add_row(f"{found.counted_rows:,}", say("counted"))
    for part in found.frames:
        if part.unpriced_rows:
            table.add_row(
                f"{part.unpriced_rows:,}", say("of the counted {frame} are of unknown amount", frame=word(part.frame))
            )
    for reason, count in sorted(found.left_out.items(), key=lambda pair: -pair[1]):
        table.add_row(f"{count:,}", say("left out: {reason}", reason=without_controls(reason_text(reason))))
    return table


def _grain(part: Accounts) -> str:
    return f"{word(part.frame)} – {translate(f'frame:{part.frame}', part.grain)}"


def show_passport(answer: Answer, found: Passport) -> None:
    """Definition, value, accounts and SQL of an answer, one below the other."""
    show_heading(answer)
    out = console()
    definition = translate(f"{found.kind}:{found.name}", found.definition)
    pairs = [(word(found.kind), f"{found.name}  {found.zh}"), (say("definition"), definition)]
    if not answer.question.is_study:
        pairs.append((say("value"), answer.column(found.name).unit.text(found.value, answer.shop.currency)))
        pairs.append((say("formula"), " ".join(found.formula.split())))
    grains = say("; ").join(map(_grain, found.frames))
    pairs += [(say("source"), found.source), (say("frames"), grains), (say("snapshot"), found.snapshot)]
    pairs.append((say("rules"), answer.question.rules_text))
    out.print(_facts(pairs))
    out.print()
    out.print(_accounts(found))
    out.print("\nSQL", style="bold")
    # Not wrapped by us: a line that is copied must stay one line.
    out.print(Text(indent(found.sql, "  ")), soft_wrap=True)
