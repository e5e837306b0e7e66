"""What a page certifies: how much of the method is answered, and how much of a shop other engines compute alike."""

from __future__ import annotations

from collections.abc import Iterator

import marimo as mo

from customary.engines.certificate import METRIC, STUDY, Certificate, recall_certificate
from customary.page.parts import sentence
from customary.query import method
from customary.shop import Shop
from customary.wording import say

MOST = 12  # names of exceptions in a sentence


def method_lines() -> mo.Html:
    """In a sentence how many lines of the method are answered here, of how many."""
    parts = list(method.coverage())
    return sentence(
        "{method_lines_met} of the {method_lines} lines of the method are answered by a figure, a command or a file "
        "here; `customary method` lists them by chapter.",
        method_lines_met=sum(part.met for part in parts),
        method_lines=sum(part.lines for part in parts),
    )


def certificate(shop: Shop) -> mo.Html:
    """In a sentence what the shop's certificate says, of which snapshot, and what is not alike."""
    found = recall_certificate(shop.snapshot.folder)
    if found is None:
        return sentence(
            "These figures were computed by DuckDB alone; `{command}` compares other engines with it.",
            command=f"customary certify {shop.name}",
        )
    is_current = found.snapshot == shop.snapshot.version
    template = (
        "Computed anew on another engine, value by value: {counts}."
        if is_current
        else "Computed anew on another engine when an earlier snapshot was current: {counts}."
    )
    return sentence(template, counts=say("; ").join(_counts(found)))


def _counts(found: Certificate) -> Iterator[str]:
    for engine in dict.fromkeys(line.engine for line in found.lines):
        metrics, studies = found.count(engine, METRIC), found.count(engine, STUDY)
        yield say(
            "{engine} gives {n} of {of} metrics and {studies} of {all_studies} studies alike",
            engine=found.engines[engine],
            n=metrics[0],
            of=metrics[1],
            studies=studies[0],
            all_studies=studies[1],
        )
    if names := [line.name for line in found.exceptions]:
        yield say("not alike: {names}", names=say(", ").join(names[:MOST]))
