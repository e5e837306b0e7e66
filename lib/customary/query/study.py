"""Put a study's question to a shop: frames by name, window and selection as in `measure`, options checked."""

from typing import Any

import ibis.expr.types as ir

from customary import studies as _studies  # noqa: F401  (fills the list of studies)
from customary.declare import STUDIES, Study
from customary.errors import Refused, nearest
from customary.query.parameters import value_of
from customary.query.selection import Where, Window, question
from customary.shop import Shop


def study_named(name: str) -> Study:
    """The study called `name`; otherwise an error with the nearest names."""
    if name not in STUDIES:
        raise nearest(name, STUDIES, "study")
    return STUDIES[name]


def _option(study: Study, name: str, value: Any) -> Any:
    """An option's value in the type of its default; text from a command line is cast, nonsense is refused."""
    if name not in study.options:
        raise nearest(name, study.options or ("no options",), f"option of {study.name}")
    default = study.options[name]
    try:
        return value if default is None else type(default)(value)
    except (TypeError, ValueError) as error:
        raise Refused(f"option {name} of {study.name} is like {default!r}, not {value!r}") from error


def study(
    shop: Shop,
    which: Study | str,
    *,
    during: Window | None = None,
    where: Where | None = None,
    **options: Any,
) -> ir.Table:
    """The answer of a study as an Ibis table.

    `during` and `where` cut the frames it looks at, as in `measure`; a parameter `all_…` sees left-out rows as well.
    """
    found = study_named(which) if isinstance(which, str) else which
    if "during" in found.options:  # it compares windows of its own, so its frames are not cut beforehand
        options, during = {**options, "during": during}, None
    chosen = {name: _option(found, name, value) for name, value in options.items()}
    scope = question(during=during, where=where)
    parts = (shop if name == "shop" else value_of(shop, name, scope, chosen) for name in found.needs)
    return found(*parts, **chosen)


def beside(
    shop: Shop,
    which: Study | str,
    *,
    during: Window | None = None,
    where: Where | None = None,
    **options: Any,
) -> dict[str, ir.Table]:
    """What must stand beside a study's answer, such as a forecast's back-test: key → answer.

    The companions are asked the same question; options that they do not know are not passed on.
    """
    found = study_named(which) if isinstance(which, str) else which
    answers = {}
    for key, name in found.beside.items():
        known = {option: value for option, value in options.items() if option in study_named(name).options}
        answers[key] = study(shop, name, during=during, where=where, **known)
    return answers
