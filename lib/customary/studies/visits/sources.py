"""Visits by where they come from, what they run on, when they happen and what is done in them."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.dates import WindowLike
from customary.declare import study
from customary.errors import unknown_name
from customary.stats.intervals import share, share_of_all
from customary.studies.shared.follows import visit_keys
from customary.studies.shared.measures import measures
from customary.studies.shared.windows import inside

WAYS = ("channel", "device", "platform", "os", "browser", "network", "landing_page", "exit_page")
FACTS = (
    "session_count",
    "visitor_count",
    "bounce_rate",
    "unengaged_rate",
    "average_visit_duration",
    "pages_per_visit",
    "add_to_cart_rate",
    "visit_cart_abandonment_rate",
    "visit_conversion_rate",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# GA4 names of what visitors do besides looking at pages, with the words for it
ACTIONS = (
    ("search", "searched", "搜索"),
    ("view_review", "read reviews", "查看评论"),
    ("add_to_wishlist", "put on the wishlist", "收藏商品"),
    ("share", "shared", "分享"),
    ("contact_service", "asked service", "发起咨询"),
    ("add_to_cart", "put into the cart", "加入购物车"),
)
TIMES = ((1, "1 visit"), (2, "2 visits"), (3, "3 visits"), (4, "4 visits"), (9, "5–9 visits"), (19, "10–19 visits"))
FEWEST = 200  # visits below which a conversion rate says nothing


@study(zh="访问来源", source="A-041…A-044", shown=50)
def visit_mix(sessions: ir.Table, *, by: str = "channel") -> ir.Table:
    """Visits by source, device, landing page …: share, both bounce rates, duration, depth and conversion.

    `group_total` says how many groups there are; an unknown source is the NULL group.
    """
    if by not in WAYS:
        raise unknown_name(by, WAYS, "way to split visits")
    t = sessions.mutate(label=sessions[by])
    t = measures({"sessions": t}, FACTS, ["label"])
    t = t.mutate(session_share=share_of_all(t.session_count), group_total=t.count().over(ibis.window()))
    return t.order_by(ibis.desc("session_count"), "label")


@study(zh="访问数据起止日", source="A-045", rests_on="events")
def visit_span(sessions: ir.Table) -> ir.Table:
    """The first and the last day with a visit: before it nothing was observed, which is not the same as no visits."""
    return sessions.agg(first_on=_.day_on.min(), last_on=_.day_on.max())


@study(zh="转化差距", source="C-055")
def visit_gaps(sessions: ir.Table, *, z: float = 2.58, fewest: int = FEWEST) -> ir.Table:
    """Groups of visits against the average visit: who converts clearly less, and how many purchases that costs.

    Groups overlap, so missed purchases must not be added up; the interval is the one of 99 %, because many groups
    are looked at. Groups of few visits are not here.
    """
    ways = ibis.array(list(WAYS[:-1])).unnest().name("way").as_table()
    t = sessions.cross_join(ways)
    t = t.mutate(label=ibis.cases(*((t.way == way, t[way]) for way in WAYS[:-1])))
    facts = ("session_count", "bounce_rate", "visit_conversion_rate")
    t = measures({"sessions": t}, facts, ["way", "label"])
    n = t.session_count.cast("float64")
    average = share((t.visit_conversion_rate * n).sum().over(group_by=t.way), n.sum().over(group_by=t.way))
    half = z * (t.visit_conversion_rate * (1 - t.visit_conversion_rate) / n).sqrt()
    t = t.mutate(average=average, low=t.visit_conversion_rate - half, high=t.visit_conversion_rate + half)
    t = t.filter(t.label.notnull() & (t.session_count >= fewest))
    verdict = ibis.cases((t.high < t.average, "below"), (t.low > t.average, "above"), else_="not clear")
    missed = (t.average - t.visit_conversion_rate) * t.session_count
    return t.mutate(verdict=verdict, missed_purchases=missed).order_by(ibis.desc("missed_purchases"), "way", "label")


@study(zh="访问时段", source="C-015")
def visit_hours(sessions: ir.Table) -> ir.Table:
    """Visits by weekday (0 = Monday) and hour of the shop's own clock, and how many of them bought."""
    t = measures({"sessions": sessions}, ["session_count", "visit_conversion_rate"], ["weekday", "hour"])
    name = ibis.cases(*((t.weekday == n, day) for n, day in enumerate(WEEKDAYS)))
    return t.mutate(weekday_name=name).order_by("weekday", "hour")


@study(zh="访问频率分布", source="A-045", rests_on="visits")
def visit_frequency(sessions: ir.Table) -> ir.Table:
    """Visitors by how often they came in the window, and what share of all visits and purchases is theirs."""
    t = sessions.group_by("visitor_id").agg(visits=_.count(), purchases=_.has_purchase.sum())
    place = ibis.cases(*((t.visits <= most, n) for n, (most, _name) in enumerate(TIMES)), else_=len(TIMES))
    t = t.mutate(position=place.cast("int8"))
    t = t.group_by("position").agg(visitor_count=_.count(), session_count=_.visits.sum(), purchases=_.purchases.sum())
    names = [*(name for _most, name in TIMES), "20 visits or more"]
    return t.mutate(
        label=ibis.cases(*((t.position == n, name) for n, name in enumerate(names))),
        visitor_share=share_of_all(t.visitor_count),
        session_share=share_of_all(t.session_count),
    ).order_by("position")


@study(zh="互动行为与购买意向", source="A-056…A-062", rests_on="visits")
def interactions(events: ir.Table, whole_events: ir.Table, *, during: WindowLike | None = None) -> ir.Table:
    """What visitors do besides looking: in how many visits, and how much oftener such visits buy than the others.

    `lift` is the conversion of visits with the action over that of visits without it. It shows intent, not a cause.
    An action that the log never names is unknown, not zero: it may have been done and not recorded.
    """
    names = [name for name, _en, _zh in ACTIONS]
    return answer_by_action(_totals_of_actions(inside(events, during), names), whole_events)


def answer_by_action(totals: ir.Table, whole_events: ir.Table) -> ir.Table:
    """A row per action, of the totals of all visits; one that no event is called is unknown."""
    names = [name for name, _en, _zh in ACTIONS]
    known = whole_events.agg(**{f"knows_{name}": (_.event_name == name).any() for name in names})
    totals = totals.cross_join(known)
    places = ibis.array(list(range(1, len(ACTIONS) + 1))).unnest().name("place").as_table()
    t = _by_action(totals.cross_join(places))
    return t.mutate(lift=share(t.conversion_with, t.conversion_without)).order_by("position")


def _totals_of_actions(t: ir.Table, names: Sequence[str]) -> ir.Table:
    """One row: all visits and those that bought, and for each action its events, its visits and those that bought."""
    t, keys = t.filter(t.visit_no.notnull()), visit_keys(t)
    acts = t.filter(t.event_name.isin([*names, "purchase"]))
    times = {f"n_{name}": (acts.event_name == name).cast("int32").sum() for name in names}
    v = acts.group_by(keys).agg(bought=(acts.event_name == "purchase").any(), **times)
    found = {"bought": v.bought.cast("int32").sum().fill_null(0)}
    for name in names:
        done = v[f"n_{name}"] > 0
        found[f"n_{name}"] = v[f"n_{name}"].sum().fill_null(0)
        found[f"with_{name}"] = done.cast("int32").sum().fill_null(0)
        found[f"bought_{name}"] = (done & v.bought).cast("int32").sum().fill_null(0)
    return t.select(keys).distinct().agg(visits=_.count()).cross_join(v.agg(**found))


def _by_action(t: ir.Table) -> ir.Table:
    """A row per action, its totals picked by its place; empty where the log never names it."""

    def pick(kind: str) -> ir.Value:
        return ibis.cases(*((t.place == n, t[f"{kind}_{name}"]) for n, (name, _en, _zh) in enumerate(ACTIONS, 1)))

    done, bought = pick("with"), pick("bought")
    facts = {
        "event_count": pick("n").cast("int64"),
        "visit_count": done.cast("int64"),
        "visit_rate": share(done, t.visits),
        "conversion_with": share(bought, done),
        "conversion_without": share(t.bought - bought, t.visits - done),
    }
    words = {
        key: ibis.cases(*((t.place == n, action[at]) for n, action in enumerate(ACTIONS, 1)))
        for at, key in enumerate(("event_name", "action", "zh"))
    }
    is_known = pick("knows").fill_null(False)
    values = {key: ibis.cases((is_known, value)) for key, value in facts.items()}
    return t.select(position=t.place.cast("int8"), **words, **values)


@study(zh="搜索关键词", source="A-054", shown=30, rests_on="visits")
def search_terms(events: ir.Table) -> ir.Table:
    """The words searched for most, written alike: searches, visitors, and the share of these visits that bought.

    A number or an @ in a term may be somebody's own: such terms are one line, “(with numbers or addresses)”. Whether
    the purchase was of what was searched for is not known; `term_total` says of how many terms.
    """
    t = events.filter((events.event_name == "search") & events.search_term.notnull())
    term = t.search_term.strip().lower()
    personal = term.re_search(r"@|[0-9]{5,}")
    t = t.mutate(term=ibis.cases((personal, "(with numbers or addresses)"), else_=term))
    bought = events.filter(events.event_name == "purchase").select("visitor_id", "visit_no", bought=True).distinct()
    t = t.group_by("term", "visitor_id", "visit_no").agg(searches=_.count())
    t = t.left_join(bought, ["visitor_id", "visit_no"], rname="{name}_of_purchase")
    t = t.group_by("term").agg(
        search_count=_.searches.sum(),
        visitor_count=_.visitor_id.nunique(),
        visit_count=_.count(),
        conversion_with=_.bought.notnull().cast("float64").mean(),
    )
    t = t.mutate(search_share=share_of_all(t.search_count), term_total=t.count().over(ibis.window()))
    return t.order_by(ibis.desc("search_count"), "term")
