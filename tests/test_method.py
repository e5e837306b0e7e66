"""The live acceptance table: what the checklist names exists."""

import re
from pathlib import Path

import pytest

from customary.cli import _COMMANDS
from customary.declare import METRICS, SEGMENTS, STUDIES
from customary.query import method
from customary.query.goals import aims

ROOT = Path(__file__).resolve().parents[1]
MET = [(line, reference) for line in method.lines() for reference in line.references]


def exists(reference, shop):
    """Whether a reference such as `metric:net_revenue` names something that is there."""
    kind, _, name = reference.partition(":")
    place, _, part = name.partition("#")
    return {
        "metric": lambda: name in METRICS,
        "segment": lambda: name in SEGMENTS,
        "study": lambda: name in STUDIES,
        "frame": lambda: name.split(".")[1] in shop.frame(name.split(".")[0]).columns,
        "command": lambda: name in {command.__name__ for command in _COMMANDS},
        "file": lambda: (ROOT / name).is_file(),
        "test": lambda: f"\ndef {name.partition('::')[2]}(" in (ROOT / name.partition("::")[0]).read_text("utf-8"),
        "page": lambda: bool(re.search(rf"^def {part}\(", (ROOT / "notebooks" / f"{place}.py").read_text(), re.M)),
    }[kind]()


@pytest.mark.parametrize("reference", sorted({reference for _line, reference in MET}))
def test_what_the_checklist_names_exists(reference, worked_shop):
    """A page and figure, metric, study, segment, frame column, command or file under `met_by` is there."""
    assert exists(reference, worked_shop)


def test_a_name_that_is_not_there_is_noticed(worked_shop):
    """The proof can fail: an invented metric, page part and file are not found."""
    assert not any(exists(r, worked_shop) for r in ("metric:no_such", "page:01_goals#finding_none", "file:none.txt"))


def test_a_line_that_is_met_names_a_test():
    """What it says is asserted: by a test that it names, or by the worked example that every metric has."""
    proofs = ("test:", "metric:")
    met = [line for line in method.lines() if line.is_met]
    assert met and not [line.id for line in met if not any(each.startswith(proofs) for each in line.references)]


def test_the_five_goals_of_the_method_can_be_measured(worked_shop):
    """Each of the five has aims, and every aim a metric, a direction, and a change or a target."""
    found = list(aims(worked_shop.rules))
    assert [*dict.fromkeys(aim.goal for aim in found)] == [
        "Raise acquisition efficiency",
        "Optimise the conversion path",
        "Raise customer value contribution",
        "Strengthen stickiness and loyalty",
        "Drive product and service innovation",
    ]
    for aim in found:
        assert aim.metric.name in METRICS and aim.direction in ("up", "down")
        assert (aim.change is None) != (aim.target is None)


def test_a_line_that_is_met_in_part_is_not_counted():
    """It says what is missing; what nothing meets says nothing."""
    partly = [line for line in method.lines() if line.partly]
    assert partly and all(line.met_by and not line.is_met for line in partly)
    assert sum(part.met for part in method.coverage()) == sum(line.is_met for line in method.lines())


def test_the_checklist_is_whole():
    """All 317 lines stand in the table, each in a chapter of the method."""
    assert len(method.lines()) == 317
    assert {line.chapter for line in method.lines()} == set(method.CHAPTERS)
    assert sum(part.lines for part in method.coverage()) == 317
