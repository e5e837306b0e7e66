"""What somebody changed in the table of a proposal, as answers: only what differs from what was recognised."""

from collections.abc import Mapping, Sequence

from customary.errors import Refused
from customary.intake.recognise.answers import Answers
from customary.intake.recognise.kinds import Recognition
from customary.wording import say, word

Column = tuple[str, str]  # file, column


def answers_by_edits(
    found: Sequence[Recognition],
    kinds: Mapping[str, str],
    meanings: Mapping[Column, str],
    statuses: Mapping[str, str],
) -> Answers:
    """The answers by which files become what a table says: `kinds` by file, `meanings` by file and column, "" for none.

    What is as it was recognised is no answer, so that a well-known export stays one. Raises `Refused` where two
    columns of a file are given one meaning.
    """
    tables = {one.look.path.name: kinds.get(one.look.path.name, one.kind) for one in found}
    changed = {one.look.path.name: one for one in found if tables[one.look.path.name] != one.kind}
    columns = {key: told for one in found for key, told in _columns(one, meanings).items()}
    return Answers(columns, statuses, {name: tables[name] for name in changed if tables[name]})


def _columns(one: Recognition, meanings: Mapping[Column, str]) -> dict[str, str]:
    """Meaning → column of one file where the table says something else; a meaning that nothing has any more → ""."""
    name = one.look.path.name
    before = {meaning.column: meaning.name for meaning in one.meanings.values()}
    told = {column: meanings.get((name, column), before.get(column, "")) for column in one.look.columns}
    owners: dict[str, str] = {}
    for column, meaning in told.items():
        if meaning and meaning in owners:
            raise Refused(_two_of_one(name, owners[meaning], column, meaning))
        owners[meaning] = column
    said = {f"{name}:{m}": column for column, m in told.items() if m and before.get(column) != m}
    lost = {f"{name}:{m}": "" for column, m in before.items() if told[column] != m and m not in owners}
    if one.select is None:
        return {**said, **lost}
    if lost and not said:  # its meanings are the system's own words, which nobody can take away singly
        template = "{file} is read as {system} writes it: say what its columns mean, or leave it out"
        raise Refused(say(template, file=name, system=one.select.name))
    return said


def _two_of_one(file: str, first: str, second: str, meaning: str) -> str:
    template = "{file}: “{first}” and “{second}” cannot both be the {meaning}: choose one"
    called = word(meaning.replace("_", " "), column="meaning")
    return say(template, file=file, first=first, second=second, meaning=called)
