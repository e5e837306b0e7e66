"""Which accounts are one person, by rules: a shared key ties them where nothing contradicts it and enough agrees.

An e-mail address or a declared account belongs to one person, as long as names and birthdays do not contradict each
other. A phone or a device is shared in families and at tills: it ties only those whose name or birthday is the same.
People tied through different keys must agree as well, so that nobody is chained to a stranger.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

STRONG = ("account", "email")
_NO_NAME = ("guest", "test account", "test", "customer", "n/a", "na", "none", "unknown", "匿名", "游客", "散客", "顾客")


@dataclass(frozen=True)
class Account:
    """What is known of an account that shares a key: unknown is None."""

    account_id: str
    name: str | None = None
    birth_on: date | None = None
    city: str | None = None
    registered_at: datetime | None = None


@dataclass(frozen=True)
class Key:
    """A comparable key of an account: its kind and its value, made alike by `identity`."""

    account_id: str
    kind: str
    value: str


@dataclass(frozen=True)
class Merge:
    """An account that is another one's person, and the evidence: kinds of keys and what agrees, no value of them."""

    account_id: str
    customer_id: str
    because: str


Matcher = Callable[[Sequence[Account], Sequence[Key]], list[Merge]]  # a place for probabilistic ones as well


def words_of(name: str | None) -> tuple[str, ...]:
    """The words of a name in order of the alphabet, without case, marks and titles; () where it names nobody."""
    plain = unicodedata.normalize("NFKC", name or "").casefold().strip()
    if plain in _NO_NAME or "*" in plain:
        return ()
    return tuple(sorted(word for word in re.findall(r"[^\W\d_]+", plain) if word not in ("mr", "mrs", "ms", "dr")))


def are_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names can be one person's: all words of the shorter begin words of the longer, or the reverse."""
    shorter, longer = sorted((list(one), list(other)), key=len)
    for word in shorter:
        found = next((w for w in longer if w == word or _is_initial(w, word) or _is_initial(word, w)), None)
        if found is None:
            return False
        longer.remove(found)
    return True


def _is_initial(one: str, other: str) -> bool:
    return len(one) == 1 and other.startswith(one)


@dataclass
class _Person:
    """Some accounts taken for one person: their names, birthdays and the strong keys that all of them have."""

    accounts: list[Account]
    common: set[tuple[str, str]]
    names: set[tuple[str, ...]] = field(default_factory=set)
    births: set[date] = field(default_factory=set)
    evidence: set[str] = field(default_factory=set)

    def contradicts(self, other: "_Person") -> bool:
        """Whether a name or a birthday of the one cannot be the other's."""
        if self.births and other.births and self.births != other.births:
            return True
        return any(not are_alike(one, two) for one in self.names for two in other.names)

    def agreement(self, other: "_Person") -> tuple[str, ...]:
        """What is the same, beside the key: the name, the birthday."""
        name = ("same name",) if self.names & other.names else ()
        return (*name, *(("same birthday",) if self.births & other.births else ()))

    def take(self, other: "_Person", evidence: Iterable[str]) -> None:
        """Make the other's accounts this person's."""
        self.accounts += other.accounts
        self.common &= other.common
        self.names |= other.names
        self.births |= other.births
        self.evidence |= {*other.evidence, *evidence}


def _persons(accounts: Iterable[Account], keys: Iterable[Key]) -> dict[str, _Person]:
    """Each account as a person of its own."""
    strong: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for key in keys:
        if key.kind in STRONG:
            strong[key.account_id].add((key.kind, key.value))
    found = {}
    for one in accounts:
        words = words_of(one.name)
        births = {one.birth_on} if one.birth_on else set()
        found[one.account_id] = _Person([one], strong[one.account_id], {words} if words else set(), births)
    return found


def _pairs(ids: Sequence[str], kind: str, persons: Mapping[str, _Person]) -> Iterator[tuple[str, str]]:
    """Pairs of accounts with one key that are worth comparing: those of one name or birthday, for a strong key all.

    A strong key under which names contradict each other is a family's: it ties nobody without a name.
    """
    same: dict[object, list[str]] = defaultdict(list)
    for one in ids:
        for mark in (*persons[one].names, *persons[one].births):
            same[mark].append(one)
    for group in same.values():
        yield from pairwise(group)
    names = sorted({name for one in ids for name in persons[one].names})
    if kind in STRONG and all(are_alike(names[0], name) for name in names[1:]):
        yield from pairwise(ids)


def _join(one: _Person, other: _Person, key: tuple[str, str]) -> bool:
    """Make two persons one where the key and what else is known allow it."""
    if one.contradicts(other):
        return False
    agreement = one.agreement(other)
    is_direct = key[0] in STRONG and key in one.common and key in other.common
    if not agreement and not is_direct:
        return False
    one.take(other, (key[0], *agreement))
    return True


def _first(person: _Person) -> Account:
    """The account that gives a person its name: the earliest, so that later ones rename nobody."""
    return min(person.accounts, key=lambda a: (a.registered_at or datetime.max, len(a.account_id), a.account_id))


def _evidence_text(evidence: Iterable[str]) -> str:
    return ", ".join(sorted(evidence, key=lambda word: (word.startswith("same"), word)))


def by_agreement(accounts: Sequence[Account], keys: Sequence[Key]) -> list[Merge]:
    """The merges that shared keys and agreeing evidence allow; the same for the same accounts in any order."""
    ordered = sorted(accounts, key=lambda a: a.account_id)
    persons = _persons(ordered, keys)
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in sorted(set(keys), key=lambda k: (k.kind, k.value, k.account_id)):
        holders[key.kind, key.value].append(key.account_id)
    for (kind, value), ids in holders.items():
        for one, other in list(_pairs(ids, kind, persons)):
            left, right = persons[one], persons[other]
            if left is not right and _join(left, right, (kind, value)):
                persons.update((account.account_id, left) for account in right.accounts)
    return _merges(persons)


def _merges(persons: Mapping[str, _Person]) -> list[Merge]:
    found = []
    for one in {id(person): person for person in persons.values()}.values():
        first = _first(one).account_id
        told = _evidence_text(one.evidence)
        found += [Merge(a.account_id, first, told) for a in one.accounts if a.account_id != first]
    return sorted(found, key=lambda merge: merge.account_id)


def by_keys_alone(accounts: Sequence[Account], keys: Sequence[Key]) -> list[Merge]:
    """Everybody who shares a key is one person, whatever else is known: what agreement is measured against."""
    persons = _persons(accounts, keys)
    first: dict[tuple[str, str], str] = {}
    for key in sorted(set(keys), key=lambda k: (k.kind, k.value, k.account_id)):
        left, right = persons[first.setdefault((key.kind, key.value), key.account_id)], persons[key.account_id]
        if left is not right:
            left.take(right, (key.kind,))
            persons.update((account.account_id, left) for account in right.accounts)
    return _merges(persons)


def by_nothing(accounts: Sequence[Account], keys: Sequence[Key]) -> list[Merge]:
    """Every account is a person."""
    return []


NO_MERGE, EXACT_KEYS, AGREEMENT = "no merge", "exact keys", "agreeing evidence"
MATCHERS: Mapping[str, Matcher] = {NO_MERGE: by_nothing, EXACT_KEYS: by_keys_alone, AGREEMENT: by_agreement}
