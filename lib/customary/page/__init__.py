"""What a page is made of: the only place, besides the notebooks, that knows marimo. No formulas."""

from customary.page import rules
from customary.page.certificates import certificate
from customary.page.figures import figure, two_up
from customary.page.filters import choose, controls, offer
from customary.page.headline import headline
from customary.page.parts import action, definitions, empty, exercise, finding, missing, question, sentence
from customary.page.plotting import fix_charts
from customary.page.reader import speak_to_readers
from customary.page.unknowns import show_unknowns

speak_to_readers()  # once per process
show_unknowns()  # once per process as well
fix_charts()  # once per process, when the first page is imported: see plotting

__all__ = [
    "action",
    "certificate",
    "choose",
    "controls",
    "definitions",
    "empty",
    "exercise",
    "figure",
    "finding",
    "headline",
    "missing",
    "offer",
    "question",
    "rules",
    "sentence",
    "two_up",
]
