"""An audience that no play names: the people behind a study, a saved view, or a cell of a funnel or of retention."""

from collections.abc import Mapping
from typing import Any

from customary.declare import STUDIES
from customary.errors import Refused, unknown_name
from customary.page.explore.asking import Inquiry, inquiry_of_link
from customary.query.catalogue import frames_to_cut, is_dated
from customary.query.exploration import option_value
from customary.query.playbook import CELLS
from customary.query.study import study_named
from customary.shop import Shop
from customary.wording import say


def people_of_link(shop: Shop, query: str, cell: Mapping[str, str]) -> dict[str, Any]:
    """The part of a play that says whom it addresses: study, options, where and during of the people behind a link.

    `query` is what a link of the chapter Explore asks, `cell` the options that single out a cell, such as at=2 and
    state=stopped. Raises `Refused` where the shop does not know all of the link any more: the people would be others.
    """
    asked = inquiry_of_link(shop, query)
    if asked.answer is None:
        raise Refused("the link has no answer: {fault}", fault=asked.fault)
    if asked.choice.notes:
        raise Refused("the link asks what the shop does not know: {notes}", notes=" ".join(asked.choice.notes))
    if not asked.exploration.is_study:
        raise Refused(
            "{names} are figures of many: people stand behind studies", names=say(", ").join(asked.exploration.names)
        )
    return people_of_cell(asked.exploration.names[0], asked.exploration.options, cell) | _cut(shop, asked)


def _cut(shop: Shop, asked: Inquiry) -> dict[str, Any]:
    """Period and selection of a link, as far as they cut what it shows."""
    names, choice = asked.exploration.names, asked.choice
    return {
        "where": choice.where if frames_to_cut(shop, names) else {},
        "during": choice.window if is_dated(shop, names) else None,
    }


def people_of_cell(study: str, options: Mapping[str, Any], cell: Mapping[str, str]) -> dict[str, Any]:
    """Study and options of the people behind a study's figures, or of its own rows where these are people."""
    found = CELLS.get(study_named(study).name, study_named(study).name)
    known = STUDIES[found].options
    for name in cell:
        if name not in known:
            raise unknown_name(name, known, "option of {study}", study=found)
    for name, value in options.items():
        if name not in known and value:
            raise Refused("{name} of {study} singles out nobody: filter by its value instead", name=name, study=study)
    asked = {name: value for name, value in {**options, **cell}.items() if name in known and value not in ("", ())}
    typed = {name: option_value(found, name, v) if isinstance(v, str) else v for name, v in asked.items()}
    return {"study": found, "options": typed}
