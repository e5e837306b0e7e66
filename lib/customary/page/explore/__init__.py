"""The chapter in which a reader asks a question of their own: its form, its answer, the shop's saved views."""

from customary.page.explore.asking import Inquiry, choose, offer, refusal
from customary.page.explore.board import board, keep, keeper
from customary.page.explore.form import about, form, read_address, subject_field
from customary.page.explore.notebook import chart, notebook_button, open_notebook
from customary.page.explore.searching import search_field, search_results
from customary.page.explore.showing import grid, headline, result, table

__all__ = [
    "Inquiry",
    "about",
    "board",
    "chart",
    "choose",
    "form",
    "grid",
    "headline",
    "keep",
    "keeper",
    "notebook_button",
    "offer",
    "open_notebook",
    "read_address",
    "refusal",
    "result",
    "search_field",
    "search_results",
    "subject_field",
    "table",
]
