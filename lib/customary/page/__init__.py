"""What a page is made of: the only place, besides the notebooks, that knows marimo. No formulas."""

from customary.page.answers import Answer, headline, measured, moved, over_time, studied, varied
from customary.page.chapters import chapters
from customary.page.contrasts import contrasted
from customary.page.figures import figure, two_up
from customary.page.filters import Choice, Offer, chosen, controls, offered
from customary.page.groups import MEASURES, group_sizes, migrated
from customary.page.headers import header
from customary.page.headline import Tile, tile, tiles
from customary.page.parts import action, definitions, empty, exercise, finding, missing, question, sentence
from customary.page.periods import compared, period, previous, rhythm, same_last_year, spoken
from customary.page.plotting import settle
from customary.page.questions import rows, values
from customary.page.rankings import ranking, told
from customary.page.rulebook import (
    Proposal,
    currency_notice,
    proposed,
    rule_buttons,
    rule_editor,
    rule_saved,
    rules_sheet,
)
from customary.page.sheets import Sheet, csv_bytes, framed, sheet, table

settle()  # once per process, when the first page is imported: see plotting

__all__ = [
    "MEASURES",
    "Answer",
    "Choice",
    "Offer",
    "Proposal",
    "Sheet",
    "Tile",
    "action",
    "chapters",
    "chosen",
    "compared",
    "contrasted",
    "controls",
    "csv_bytes",
    "currency_notice",
    "definitions",
    "empty",
    "exercise",
    "figure",
    "finding",
    "framed",
    "group_sizes",
    "header",
    "headline",
    "measured",
    "migrated",
    "missing",
    "moved",
    "offered",
    "over_time",
    "period",
    "previous",
    "proposed",
    "question",
    "ranking",
    "rhythm",
    "rows",
    "rule_buttons",
    "rule_editor",
    "rule_saved",
    "rules_sheet",
    "same_last_year",
    "sentence",
    "settle",
    "sheet",
    "spoken",
    "studied",
    "table",
    "tile",
    "tiles",
    "told",
    "two_up",
    "values",
    "varied",
]
