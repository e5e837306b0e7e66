"""Chapters as tests open them: over small shops, by a link with choices, in the test's own process."""

import importlib.util
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from given import sold

from customary import demo, intake, publish
from customary.page import filters, periods
from customary.page.offers import Offer
from customary.page.switches import Switch
from customary.places import NOTEBOOKS, shops_folder

STEMS = [path.stem for path in sorted(NOTEBOOKS.glob("[0-9]*.py"))]
every_chapter = pytest.mark.parametrize("stem", STEMS)
NAMES = ("full", "few", "plain", "odd_words")
# Values that look like a query, a place, a list, a choice, nothing at all, markup; one is long, one is unknown.
ODD = ("'; drop table orders; --", "{n}", "a,b", "unknown", "all", "nan", "None", "<script>x</script>", "中国", " ")
ODD_WORDS = (*ODD, "x" * 300, "**b** [l](x) $y$", None)


@pytest.fixture(scope="session")
def chapter_shops(shops: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop (full) and one with three orders and nothing else (few), for all test files of a process."""
    folder = tmp_path_factory.mktemp("chapters")
    demo.generate(folder / "made", customers=200)
    files = [folder / "made" / "files" / name for name in demo.RAW_FILES]
    intake.adopt(files, intake.source_named("demo"), shops_folder() / "full", {"as_of": str(demo.AS_OF)})
    few = folder / "cdnow_few.txt"
    few.write_text(" 00001 1 19970101 1 10.00\n 00001 1 19970201 1 30.00\n 00002 2 19970115 1 20.00\n")
    intake.adopt([few], intake.source_named("cdnow"), shops_folder() / "few", {})
    for name in ("full", "few"):
        publish.build(name, accepted="demo")  # it holds as much dirt as a large one, of fewer records
    return shops


def day(number: int) -> str:
    """Ten o'clock on a day from the first of 2024 on."""
    return f"{2024 + number // 360}-{number % 360 // 30 + 1:02}-{min(number % 30 + 1, 28):02} 10:00"


@pytest.fixture(scope="session")
def plain_shop(tiny_shop: Any) -> str:
    """Orders alone, with filters: 120 of 40 customers in two countries, and one order from a country of its own."""
    ways = (("CN", "a", "app", "phone"), ("DE", "b", "web", "desktop"), (None, "c", None, "phone"))
    names = ("country", "region", "channel", "device")
    made = [
        sold(f"o{n}", f"c{n % 40}", day(n * 7 % 440), 10 + n, **dict(zip(names, ways[n % 7 % 3], strict=True)))
        for n in range(120)
    ]
    lone = sold("lone", "zoe", day(20), 9, country="FR", region="z", channel="till", device="kiosk")
    return str(tiny_shop(orders=[*made, lone], as_of="2025-04-01", name="plain").name)


def _odd(number: int) -> str | None:
    return ODD_WORDS[number % len(ODD_WORDS)]


def _odd_tables() -> dict[str, list[dict[str, Any]]]:
    """Tables in which every word of the shop's own is an odd one."""
    steps = ("view_item", "add_to_cart", "begin_checkout", "purchase")
    people = [
        {"customer_id": f"c{n}", "gender": _odd(n), "country": _odd(n), "region": _odd(n + 1)}
        | {"acquisition_channel": _odd(n + 2)}
        for n in range(40)
    ]
    orders = [
        sold(f"o{n}", f"c{n % 35}", day(n * 7 % 440), (10, 0, 1_000_000, "0.01")[n % 4], country=_odd(n))
        | {"region": _odd(n // 2), "channel": _odd(n // 3), "device": _odd(n // 4), "payment_method": _odd(n // 5)}
        for n in range(150)
    ]
    lines = [
        {"order_item_id": f"i{n}", "order_id": f"o{n}", "product_id": f"p{n % 13}", "quantity": 1, "unit_price": 10}
        for n in range(150)
    ]
    products = [{"product_id": f"p{n}", "product_name": _odd(n), "category": _odd(n + 3)} for n in range(13)]
    events = [
        {"event_id": f"e{n}", "visitor_id": f"v{n % 30}", "occurred_at": day(n * 3 % 440), "search_term": _odd(n)}
        | {"event_name": _odd(n) or "x" if n % 5 == 4 else steps[n % 5], "device": _odd(n), "platform": _odd(n + 2)}
        | {"customer_id": f"c{n % 30}" if n % 2 else None, "channel": _odd(n + 1), "product_id": f"p{n % 13}"}
        for n in range(400)
    ]
    back = [
        {"return_id": f"r{n}", "order_id": f"o{n * 5}", "returned_at": day(n * 7 % 440), "refund_amount": 5}
        | {"reason": _odd(n)}
        for n in range(20)
    ]
    cases = [
        {"ticket_id": f"t{n}", "customer_id": f"c{n % 35}", "opened_at": day(n * 9 % 440), "topic": _odd(n)}
        | {"kind": ("question", "complaint")[n % 2]}
        for n in range(30)
    ]
    return {"customers": people, "orders": orders, "order_items": lines, "products": products, "events": events} | {
        "returns": back,
        "tickets": cases,
    }


@pytest.fixture(scope="session")
def odd_words_shop(tiny_shop: Any) -> str:
    """A shop whose countries, channels, devices, products and topics are called what breaks a careless page."""
    return str(tiny_shop(**_odd_tables(), as_of="2025-04-01", name="odd_words").name)


def opened(
    stem: str, shop: str, audience: str = "stakeholder", address: Mapping[str, object] | None = None
) -> tuple[Any, Any, Mapping[str, Any]]:
    """A chapter over a shop, opened by a link with these choices: the module, what its cells put out, their names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTOMARY_SHOP", shop)
        patch.setenv("CUSTOMARY_AUDIENCE", audience)
        patch.setattr(filters.mo, "query_params", lambda: dict(address or {}))
        found = importlib.util.spec_from_file_location(f"chapter_{stem}", NOTEBOOKS / f"{stem}.py")
        assert found and found.loader
        chapter = importlib.util.module_from_spec(found)
        found.loader.exec_module(chapter)
        outputs, names = chapter.app.run()
        return chapter, outputs, names


@cache
def first_view(stem: str, shop: str, audience: str = "stakeholder") -> tuple[Any, Any, Mapping[str, Any]]:
    """A chapter as it opens without choices: opened once for all tests of a process that only read it."""
    return opened(stem, shop, audience)


def offer_of(view: tuple[Any, Any, Mapping[str, Any]]) -> Offer:
    """What a chapter lets a viewer choose from; in one whose filters follow its question a cell says it."""
    chapter, _outputs, names = view
    found: Offer = getattr(chapter, "offer", None) or names["offer"]
    return found


def text_of(outputs: Iterable[Any]) -> str:
    """All that the cells say."""
    return " ".join(getattr(one, "text", "") for one in outputs if one is not None)


def stands(said: str) -> bool:
    """Whether the last cell of a chapter was reached, and no number is called "nan"."""
    words = re.sub("<[^>]*>", " ", re.sub(r"<marimo-[^>]*>", " ", said))
    return "Definitions" in said and not re.search(r"\bn=? ?nan\b|\bNaT\b|<NA>", words)


def in_link(value: str) -> str:
    """A value of a filter as an address carries it."""
    return filters.links.in_one_text([value])


def every_link(offer: Offer) -> Iterator[dict[str, object]]:
    """Links that choose something: each value of each filter, each split, period and comparison, dates, two filters."""
    named = {offer.name_in_links(name): values for name, values in offer.wheres.items()}
    yield {name: list(map(in_link, values[:2])) for name, values in named.items()} | {"period": "all"}
    for name, values in named.items():
        yield from ({name: in_link(value)} for value in [*values, "Atlantis"])
        yield {name: list(map(in_link, values[:40]))}
    yield from ({"split": name} for name in [*offer.splits, "password"])
    yield from ({"period": name} for name in periods.PRESETS)
    yield from ({"compare": name, "period": "last quarter"} for name in [*periods.COMPARES, "never"])
    yield from between_links(offer)
    for (one, ones), (other, others) in combinations(named.items(), 2):
        yield from ({one: in_link(ones[a]), other: in_link(others[b])} for a, b in ((0, 0), (0, -1), (-1, 0), (-1, -1)))


def between_links(offer: Offer) -> Iterator[dict[str, object]]:
    """Links to dates of one's own: the first day, the last, none of the data's, the wrong way round, no dates."""
    first, last = offer.first_day, offer.last_day
    dates = [f"{first}_{first}", f"{last}_{last}", f"{last}_{first}", "1990-01-01_1990-02-01", "x_y"]
    yield from ({"period": periods.CUSTOM, "between": text} for text in dates)


def some_links(offer: Offer) -> Iterator[dict[str, object]]:
    """Two links that try the most at once: the rarest values in a short time, by a split, and a single day."""
    named = {offer.name_in_links(name): values for name, values in offer.wheres.items()}
    split = {"split": offer.splits[-1]} if offer.splits else {}
    yield {name: in_link(values[-1]) for name, values in named.items()} | split | {"period": "last 30 days"}
    yield {"period": periods.CUSTOM, "between": f"{offer.first_day}_{offer.first_day}"}


def switch_links(switches: Iterable[Switch]) -> Iterator[dict[str, object]]:
    """Links to each answer of each switch of a chapter, and to one that is no answer."""
    for switch in switches:
        yield from ({switch.name: answer} for answer in [*switch.options, "Atlantis"])
