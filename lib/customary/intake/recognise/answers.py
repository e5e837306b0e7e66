"""What a shop says of its files: which table one is, what its columns mean, what a status says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from customary.errors import Refused, unknown_name
from customary.intake.recognise.feeds import feed_meanings
from customary.intake.recognise.kinds import TITLES, Recognition, recognise
from customary.intake.recognise.look import Look
from customary.intake.recognise.meanings import meaning_names
from customary.intake.recognise.systems import NONE
from customary.intake.settings import ANSWERS
from customary.standard import feeds
from customary.wording import word

# Short names of meanings, as one types them.
SHORT = {"person": "customer_id", "visitor": "visitor_id", "session": "session_id", "event": "event_name"}
SHORT |= {"product": "product_id", "order": "order_id", "amount": "total"}


def columns_of(given: Iterable[str]) -> dict[str, str]:
    """What is typed as MEANING=COLUMN,…, each text with one `file:` or `kind:` before it, by meaning.

    `total=` without a column says that no column is the total.
    """
    found = {}
    for text in given:
        before = ""
        for part in filter(str.strip, text.split(",")):
            key, sign, column = part.partition("=")
            if not sign:
                raise Refused("“{part}” is no MEANING=COLUMN", part=part)
            own, _, meaning = key.strip().rpartition(":")
            before = own or before
            meaning = SHORT.get(meaning, meaning)
            found[f"{before}:{meaning}" if before else meaning] = column.strip()
    return found


@dataclass(frozen=True)
class Answers:
    """A shop's answers: `columns` meaning → column, with `file:` or `kind:` before the meaning where they are several.

    A meaning whose column is "" has none: nothing is taken for it.
    `statuses` word → paid or unpaid; `tables` file → kind, or none for a file that is left.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.columns or self.statuses or self.tables)

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any]) -> "Answers":
        """What a shop said when it took in files before, from its shop.toml."""
        return cls(**{name: settings.get(name, {}) for name in ANSWERS})

    def after(self, before: "Answers", looks: Sequence[Look]) -> "Answers":
        """These answers and, where they say nothing, those of before about files and columns that there are."""
        columns = {key: told for key, told in before.columns.items() if _is_there(told, looks)}
        tables = {name: kind for name, kind in before.tables.items() if any(is_called(one, name) for one in looks)}
        return Answers({**columns, **self.columns}, {**before.statuses, **self.statuses}, {**tables, **self.tables})

    def kind_of(self, look: Look) -> str:
        """Which table the shop says that a file is; "" where it says nothing."""
        return next((kind for name, kind in self.tables.items() if is_called(look, name)), "")

    def recognise(self, look: Look) -> Recognition:
        """A file by these answers; those to a kind are for the files that are of it without them."""
        told = self.kind_of(look)
        prefixed = [key.partition(":")[0] for key in self.columns if ":" in key]
        kinds = [prefix for prefix in prefixed if prefix in TITLES]
        kind = told or (recognise(look, self._of(look, ())).kind if kinds else "")
        wanted = kind if kind in kinds else ""
        given, named = self._of(look, (wanted,)), told or wanted
        found = recognise(look, given, named)
        if named not in feeds():
            return found
        said = {name: one for name, one in found.meanings.items() if name in given}
        return replace(found, meanings={**feed_meanings(look, named), **said})

    def _of(self, look: Look, kinds: Iterable[str]) -> dict[str, str]:
        """The meanings told of the columns of a file that is of one of these kinds."""
        found = {}
        for key, column in self.columns.items():
            prefix, _, meaning = key.rpartition(":")
            if (not prefix or prefix in kinds or is_called(look, prefix)) and column in ("", *look.columns):
                found[SHORT.get(meaning, meaning)] = column
        return found

    def check_kinds(self, found: Sequence[Recognition]) -> None:
        """Refuse columns that are told of a kind of which no file is."""
        for key in self.columns:
            kind = key.rpartition(":")[0]
            is_of_files = any(is_called(one.look, kind) for one in found)
            if kind in TITLES and not is_of_files and all(one.kind != kind for one in found):
                raise Refused(
                    "no file is of {title}: say which one with --table FILE={kind}", title=word(TITLES[kind]), kind=kind
                )

    def check(self, looks: Sequence[Look]) -> None:
        """Refuse answers about meanings, columns, files or tables that there are not."""
        known = meaning_names()
        for key, column in self.columns.items():
            prefix, _, meaning = key.rpartition(":")
            if SHORT.get(meaning, meaning) not in known:
                raise Refused("“{meaning}” is no meaning of a column: {names}", meaning=meaning, names=known)
            if not _is_there(column, looks):
                raise Refused("no file has a column “{column}”: {names}", column=column, names=looks[0].columns)
            if prefix and prefix not in TITLES:
                _check_name(prefix, looks)
        for name, kind in self.tables.items():
            if kind not in (*TITLES, NONE):
                raise unknown_name(kind, (*TITLES, NONE), "kind of table")
            _check_name(name, looks)


def _is_there(column: str, looks: Sequence[Look]) -> bool:
    """Whether a file has the column; none, "", is one that a file can always have."""
    return not column or any(column in one.columns for one in looks)


def is_called(look: Look, name: str) -> bool:
    """Whether a file is meant: by its name, with or without what stands after its last dot, or by a pattern."""
    own = look.path.name.casefold()
    return any(fnmatchcase(one, name.casefold()) for one in (own, own.rsplit(".", 1)[0], own.split(".")[0]))


def _check_name(name: str, looks: Sequence[Look]) -> None:
    if not any(is_called(one, name) for one in looks):
        raise unknown_name(name, [one.path.name for one in looks], "file")
