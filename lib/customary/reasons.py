"""Sentences that are kept in English, in a snapshot or a cached answer, and told again in the reader's language.

One snapshot is read in every language, so what it says of itself is written in one: why a record was set aside, why a
build was not accepted, what a score rests on. Each is known again by the template that wrote it.
"""

import re
import string
from collections.abc import Iterable
from functools import cache

from customary.language import LANGUAGES, format_days, known_language
from customary.wording import say, word, wording

_KEPT = frozenset({"reason", "left_out_because", "why", "reason_1", "reason_2", "reason_3"})
# Why a record or a value of it does not count, with what the record has at these places.
SET_ASIDE = (
    "{column} is missing",
    "{column} is none of the allowed values",
    "{column} was shortened by a spreadsheet, as in 1.23E+17: export it as text",
    "{column} is a placeholder and no customer",
    "{column} is long after all others",
    "{column} is {day}, {n} years after all others",
    "{column} is {day}, {days} after all others",
    "{column} is before {day}",
    "{column} is after {day}",
    "{column} is below {number}",
    "{column} is above {number}",
    "{column} is not {kind}",
    "repeated {column} after merging",
    "repeated {column}",
    "a later file brings a newer state of this {column}",
    "an earlier file had this {column}",
    "another line of the file has a newer state of this {column}",
    "{n} fields where the header has {total}",
    "not readable as CSV: {error}",
    "letters of a wrong encoding, such as Ã© or � ({file})",
    "cells whose formula failed, such as #N/A, which are blank ({file})",
    "marks that turn the direction of writing ({file})",
    "control characters ({file})",
    "its status is {status}",
    "its row says that it is neither a sale nor a refund",
    "the tool itself leaves this hit out",
    "PayPal calls it {kind}",
    "no sale: {kind}",
    "no product: {kind}",
    "a transaction that is no refund: {kind}",
    "money that went out: {kind}",
)
# What speaks against publishing a build.
LOSES = "{table} loses {lost} of {judged} records"
MISSES = "{table} misses its standard (complete {completeness}, accurate {accuracy} of {judged})"
MOVES = "{figure} until {day} move from {old} to {new} ({change})"
PROBLEMS = (LOSES, MISSES, MOVES)
# How a column was read, and why a shop's data count until a day.
SHOP_SAYS = "the shop says so"
VALUE_SAYS = "{count} value says so"
VALUES_SAY = "{count} values say so"
DOTS = "dots stand between the numbers"
LAST_DAY = "the last day with data is {day}"
LAST_DAY_MISTYPED = "the last day with data is {day}; {count} beyond it, until {on}, are mistyped"
INSTANTS = "instants"
ADOPTED_THEN = "no file says when anything happened, and it is the day on which they were adopted"
READ = (SHOP_SAYS, VALUE_SAYS, VALUES_SAY, DOTS, LAST_DAY_MISTYPED, LAST_DAY, ADOPTED_THEN)
# What a score of churn rests on, and why there is none.
ONLY = "{days} since the only purchase"
ONLY_LATE = "{days} since the only purchase, {gaps} usual gaps"
LAST = "{days} since the last of {count} purchase days"
LAST_LATE = "{days} since the last of {count} purchase days, {gaps} usual gaps"
TREND = "spent {late} in the last 90 days, {early} in the 90 before"
SPEND = "spent {spend} so far"
DISCOUNT = "{share} discount on average"
SENT_BACK = "sent something back after {share} of the purchases"
ONE_VISIT = "{late} visit in the last 30 days, {early} in the 60 before"
VISITS = "{late} visits in the last 30 days, {early} in the 60 before"
ONE_VISIT_WITH_CART = "{late} visit in the last 30 days, {early} in the 60 before, {carts} with a cart"
VISITS_WITH_CART = "{late} visits in the last 30 days, {early} in the 60 before, {carts} with a cart"
ONE_IN_SEASON = "{count} purchase day in this season last year"
IN_SEASON = "{count} purchase days in this season last year"
ONE_COMPLAINT = "{count} complaint in the last year"
COMPLAINTS = "{count} complaints in the last year"
TOO_SHORT = "the orders go back {days} before {on}; a score needs three windows of {horizon}"
FEW_TRAINING = (
    "in the training window {bought} of {buyers} buyers bought again; "
    "fewer than {least} who did, or who did not, are too few to learn from"
)
FEW_CALIBRATION = (
    "in the calibration window {bought} of {buyers} buyers bought again; "
    "fewer than {least} who did, or who did not, are too few to learn from"
)
SCORES = (
    *(ONLY_LATE, ONLY, LAST_LATE, LAST, TREND, SPEND, DISCOUNT, SENT_BACK, ONE_VISIT_WITH_CART, VISITS_WITH_CART),
    *(ONE_VISIT, VISITS, ONE_IN_SEASON, IN_SEASON, ONE_COMPLAINT, COMPLAINTS),
    *(TOO_SHORT, FEW_TRAINING, FEW_CALIBRATION),
)
LEFTOVERS = "(other: "  # how a value begins that stands for those beyond the commonest
OTHERS = "(other: {rest} of {whole})"
TEMPLATES = (OTHERS, *SCORES, *PROBLEMS, *READ, *SET_ASIDE)
# What stands at a place, where it is not any text.
_PLACES = {
    "column": r"[a-z][a-z0-9_]*(?:, [a-z][a-z0-9_]*)*",
    "n": r"\d+",
    "days": r"[\d,]+ days?",
    "horizon": r"[\d,]+ days?",
    "day": r"\d{4}-\d\d-\d\d",
    "on": r"\d{4}-\d\d-\d\d",
}
NOT_SELECTED = "not in the selection"


def is_kept(column: str, value: str) -> bool:
    """Whether a value of a column of that name is such a sentence."""
    return column in _KEPT or value.startswith(LEFTOVERS)


def retell(text: str, templates: Iterable[str], language: str = "") -> str:
    """A text that one of the templates wrote, in the reader's language; "" where none of them did."""
    for template in templates:
        if found := _pattern(template).fullmatch(text):
            places = {name: _value(name, value, language) for name, value in found.groupdict().items()}
            return say(template, language, **places)
    return ""


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = string.Formatter().parse(template)
    return re.compile("".join(re.escape(text) + _place(name) for text, name, _form, _turn in parts))


def _place(name: str | None) -> str:
    return f"(?P<{name}>{_PLACES.get(name, '.+?')})" if name else ""


def _value(name: str, text: str, language: str) -> str:
    """What stands at a place, in the reader's language: a number of days, a word of ours, all else as it is."""
    if name in ("days", "horizon"):
        return format_days(int(text.split()[0].replace(",", "")), language)
    return word(text, language)


def reason_text(reason: str, language: str = "") -> str:
    """A sentence that is kept in English, in the reader's language; what only the shop says stands as it is.

    Where it is why a row does not count, its days, selections and files stand as they are.
    """
    if known_language(language) == LANGUAGES[0]:
        return reason.replace("_", " ")
    if reason.startswith(NOT_SELECTED):
        return word(NOT_SELECTED, language)  # what was selected stands in the question
    if (known := word(reason, language)) != reason:
        return known
    if reason[:2] in ("+ ", "− "):
        return f"{reason[:2]}{reason_text(reason[2:], language)}"
    return retell(reason, TEMPLATES, language) or _outcome_text(reason, language)


def _outcome_text(reason: str, language: str) -> str:
    """A reason that begins with what became of the record: "quarantined: order_id is missing"."""
    for mark in (": ", " "):
        begin, found, rest = reason.partition(mark)
        if found and (template := f"{begin}{mark}{{rest}}") != wording(template, language):
            return say(template, language, rest=reason_text(rest, language))
    return word(reason.replace("_", " "), language)
