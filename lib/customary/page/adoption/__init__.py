"""The page by which analysts take in files without a command: drop, look, correct, build. Never for other readers.

What is decided is decided where the command line decides it; here are only the widgets and their words. Every function
that touches files or shops refuses whoever is not an analyst.
"""

from customary.page.adoption.building import BuildStanding, build, build_button, open_note
from customary.page.adoption.drafts import about, about_form, agree, draft
from customary.page.adoption.files import drop, files_note, refusal, unpack
from customary.page.adoption.questions import ask, question_form
from customary.page.adoption.table import edit_table, editor

__all__ = [
    "BuildStanding",
    "about",
    "about_form",
    "agree",
    "ask",
    "build",
    "build_button",
    "draft",
    "drop",
    "edit_table",
    "editor",
    "files_note",
    "open_note",
    "question_form",
    "refusal",
    "unpack",
]
