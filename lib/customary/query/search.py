"""Search over what a shop can be asked: metrics, studies and columns by name and definition, in both languages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from customary.declare import METRICS, STUDIES
from customary.language import translate
from customary.query.catalogue import column_named, frames_to_cut, metric_names, split_names, study_names
from customary.query.exploration import usual_names
from customary.query.lists import ANALYST
from customary.query.question import name_of
from customary.shop import Shop

METRIC, STUDY, COLUMN, CUSTOMER = "metric", "study", "column", "customer"
MOST_FOUND, MOST_CUSTOMERS, MOST_LETTERS = 30, 5, 100


@dataclass(frozen=True)
class Hit:
    """Something that was found: its kind, its name, what it is called and means in the reader's language, its rank.

    0 is a name that is what was looked for, 1 one that begins so, 2 one that holds it, 3 a definition that does.
    """

    kind: str
    name: str
    label: str
    meaning: str = ""
    rank: int = 3


def rank_of(text: str, names: Iterable[str], meanings: Iterable[str] = ()) -> int | None:
    """How well a text is met; each of its words must be. None where it is not."""
    wanted, known = _words(text), [*map(_plain, names)]
    if not wanted:
        return None
    whole = " ".join(wanted)
    if whole in known:
        return 0
    if any(name.startswith(whole) for name in known):
        return 1
    if any(all(word in name for word in wanted) for name in known):
        return 2
    said = " ".join([*known, *map(_plain, meanings)])
    return 3 if all(word in said for word in wanted) else None


def _plain(text: str) -> str:
    return text.casefold().replace("_", " ")


def _words(text: str) -> list[str]:
    return _plain(text[:MOST_LETTERS]).split()


def search(shop: Shop, text: str) -> tuple[Hit, ...]:
    """What of the catalogue meets a text, the best first; for analysts customers by their number as well."""
    found = [*_metrics(shop, text), *_studies(shop, text), *_columns(shop, text)]
    ordered = sorted(found, key=lambda hit: (hit.rank, hit.kind, hit.label))
    return (*_customers(shop, text), *ordered[:MOST_FOUND])


def _metrics(shop: Shop, text: str) -> Iterator[Hit]:
    known = {**shop.snapshot.own.metrics, **METRICS}
    for name in metric_names(shop):
        found, meaning = known[name], translate(f"metric:{name}", known[name].definition)
        rank = rank_of(text, (name, found.zh), (found.definition, translate(f"metric:{name}", found.definition, "zh")))
        if rank is not None:
            yield Hit(METRIC, name, name_of(name), meaning, rank)


def _studies(shop: Shop, text: str) -> Iterator[Hit]:
    for name in study_names(shop):
        found = STUDIES[name]
        chinese = translate(f"study:{name}", found.definition, "zh")
        rank = rank_of(text, (name, found.zh), (found.definition, chinese))
        if rank is not None:
            yield Hit(STUDY, name, name_of(name), translate(f"study:{name}", found.definition), rank)


def _columns(shop: Shop, text: str) -> Iterator[Hit]:
    """The columns that the usual metric can be split by."""
    names = usual_names(shop)
    frames = frames_to_cut(shop, names)
    for name in split_names(shop, names):
        found = column_named(shop, name, frames[0])
        if found is None:
            continue
        rank = rank_of(text, (name, found.en, found.zh), (found.meaning, found.meaning_in("zh")))
        if rank is not None:
            yield Hit(COLUMN, name, found.label(), found.meaning_in(), rank)


def _customers(shop: Shop, text: str) -> Iterator[Hit]:
    """Customers whose number is the text or begins with it; no viewer learns whether there is one."""
    wanted = text.strip()[:MOST_LETTERS]
    if shop.audience != ANALYST or len(wanted) < 2 or not shop.snapshot.rows.get("customers"):
        return
    people = shop.frame("customers")
    met = people.filter(people.customer_id.cast("string").startswith(wanted)).select("customer_id").distinct()
    for row in shop.fetch(met.order_by("customer_id").limit(MOST_CUSTOMERS)).to_pylist():
        yield Hit(CUSTOMER, str(row["customer_id"]), str(row["customer_id"]), rank=0)
