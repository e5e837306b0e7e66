"""Tags of a handful of customers: how many bear which, and what is too few to be shown, computed in the head."""

from datetime import date

from in_memory import read, table

from customary.frames.tags import TAGS
from customary.places import DATA
from customary.portraits import actions
from customary.rules.book import RuleBook
from customary.studies.customers import action_list, next_actions, portrait_cells, tag_mix, tag_quality, timeline
from customary.studies.customers import portrait as one_portrait
from customary.studies.customers.portraits import BEHAVIOUR, VALUE, find_customer
from customary.studies.shared.facts import ATTRIBUTES

RULES = RuleBook.from_files(DATA)
PORTRAIT = "customer_id string, lifecycle_stage string, value_tier string, next_best_action string, " + ", ".join(
    f"{name}_tag string, {name}_evidence int32" for name in TAGS
)
FIRST, SECOND = (told["name"] for told in actions(RULES)[:2])


def portrait(who, channel="unknown", *, stage="growth", tier="basic", action=FIRST):
    """A customer of whom only the channel is known."""
    known = {"channel": (channel, 0 if channel == "unknown" else 4)}
    return (who, stage, tier, action, *(part for name in TAGS for part in known.get(name, ("unknown", 0))))


def crowd(**channels):
    """So many customers of each channel."""
    return [portrait(f"{name}{n}", name) for name, count in channels.items() for n in range(count)]


def test_shares_are_of_those_who_are_known():
    """Web 6, app 5, unknown 9: of 11 known six elevenths; nothing is hidden. The other tags know nobody."""
    found = tag_mix(table(PORTRAIT, *crowd(web=6, app=5, unknown=9)), RULES)
    rows = [
        row for row in read(found, "tag", "label", "customer_count", "customer_share", "known_count", "hidden_count")
    ]
    channel = RULES["tags"]["channel"]["en"]
    assert [row[1:] for row in rows if row[0] == channel] == [
        ("unknown", 9, None, 11, 0),
        ("web", 6, 0.5455, 11, 0),
        ("app", 5, 0.4545, 11, 0),
    ]
    assert [row[1:] for row in rows if row[0] == RULES["tags"]["payment"]["en"]] == [("unknown", 20, None, 0, 0)]
    assert {place for (place,) in read(found, "position")} == set(range(1, len(TAGS) + 1))


def test_a_single_small_cell_takes_the_next_one_with_it():
    """Four of the app alone could be reckoned from the sum, so the five of the web are hidden as well."""
    cells = portrait_cells(table(PORTRAIT, *crowd(web=5, app=4, mail=7)), by="channel_tag", and_by="value_tier")
    assert read(cells) == [("mail", "basic", 7, 2)]


def test_two_small_cells_hide_each_other():
    """Four and three: the six and the seven are shown. None is small: all are."""
    cells = portrait_cells(table(PORTRAIT, *crowd(web=6, app=4, mail=7, tv=3)), by="channel_tag", and_by="value_tier")
    assert read(cells) == [("mail", "basic", 7, 2), ("web", "basic", 6, 2)]
    cells = portrait_cells(table(PORTRAIT, *crowd(web=6, app=5)), by="channel_tag", and_by="value_tier")
    assert read(cells) == [("app", "basic", 5, 0), ("web", "basic", 6, 0)]


CUSTOMER = "customer_id string, net_spend float64, year_net_spend float64, days_since_last_order int32"


def test_actions_with_whom_they_are_for():
    """Six for the first action, who spent 1 to 6, and five for the second, in the order of the rules."""
    people = [portrait(f"a{n}") for n in range(1, 7)] + [portrait(f"b{n}", action=SECOND) for n in range(1, 6)]
    spent = [(who[0], int(who[0][1]), 1, 9) for who in people]
    found = next_actions(table(PORTRAIT, *people), table(CUSTOMER, *spent), RULES)
    assert read(found, "action", "customer_count", "customer_share", "net_spend", "year_net_spend", "hidden_count") == [
        (FIRST, 6, 0.5455, 21, 6, 0),
        (SECOND, 5, 0.4545, 15, 5, 0),
    ]
    assert read(found, "position", "action") == [(1, FIRST), (2, SECOND)]
    listed = action_list(table(PORTRAIT, *people), table(CUSTOMER, *spent), RULES, action=SECOND)
    assert read(listed, "customer_id", "net_spend", "customer_total") == [(f"b{n}", n, 5) for n in (5, 4, 3, 2, 1)]
    assert len(read(action_list(table(PORTRAIT, *people), table(CUSTOMER, *spent), RULES))) == 6


ORDER = (
    "customer_id string, day int32, channel string, payment_method string, net_amount float64, "
    "discount_amount float64, weekday int32, hour int32, is_returned boolean"
)


def test_a_tag_is_right_if_it_holds_afterwards():
    """Cut on day 100 of 110: Ann's and Ben's web held for one of them, Cai's app held; Dan has no order afterwards.

    Two of three; calling all the commonest of the days after, app, would have got two as well. Of those judged the tags
    claimed 1, 1 and 2/3.
    """
    then = {"ann": ("web", "web"), "ben": ("web", "web"), "cai": ("app", "app", "web"), "dan": ("web", "web")}
    later = {"ann": ("web", "web"), "ben": ("app", "app"), "cai": ("app", "app"), "eve": ("web", "web")}
    rows = [(who, 10 + n, channel) for who, told in then.items() for n, channel in enumerate(told)]
    rows += [(who, 100 + n, channel) for who, told in later.items() for n, channel in enumerate(told)]
    orders = table(ORDER, *((who, day, channel, None, 10, 0, 0, 9, False) for who, day, channel in rows))
    people = table("customer_id string", ("ann",), ("ben",), ("cai",), ("dan",), ("eve",))
    lines = table("customer_id string, day int32, category string, unit_price float64")
    visits = table("customer_id string, day int32, device string")
    found = tag_quality(people, orders, lines, visits, date(1970, 4, 21), RULES, holdout_days=10)
    columns = ("tag", "predicted_count", "customer_count", "right_count", "accuracy_rate", "base_rate", "stated_share")
    told = {row[0]: row[1:] for row in read(found, *columns, "verdict")}
    assert told[RULES["tags"]["channel"]["en"]] == (4, 3, 2, 0.6667, 0.6667, 0.8889, "not clear")
    assert told[RULES["tags"]["device"]["en"]][-1] == "no evidence"
    assert [place for (place,) in read(found, "position")] == list(range(1, len(TAGS) + 1))


# --- everything of one ---------------------------------------------------------------------------


def everything(**known):
    """Ann's portrait and herself, of whom this is known and nothing else, and a tag of the channel: app by 3 of 4."""
    facts = {
        "customer_id": "ann",
        "net_spend": "10.126",
        "lifecycle_stage": "growth",
        "next_best_action": FIRST,
        **known,
    }
    names = dict.fromkeys((*facts, *(row[0] for row in (*ATTRIBUTES, *BEHAVIOUR, *VALUE))))
    kinds = {"net_spend": "decimal(18,4)", "order_count": "int32"}
    person = table(
        ", ".join(f"{name} {kinds.get(name, 'string')}" for name in names), tuple(facts.get(n) for n in names)
    )
    tags = {part: None for name in TAGS for part in (f"{name}_tag", f"{name}_share", f"{name}_evidence")}
    tags |= {"channel_tag": "app", "channel_share": 0.75, "channel_evidence": 4}
    columns = ", ".join(f"{part} {'string' if part.endswith('_tag') else 'float64'}" for part in tags)
    return table(f"customer_id string, {columns}", ("ann", *tags.values())), person


def test_a_portrait_says_each_thing_once():
    """Who she is, what she did, what she is worth, her tags with their evidence, and what to do next, in that order.

    What she usually does is told by the tags, and by no attribute; amounts have two digits.
    """
    found = one_portrait(*everything(gender="f", order_count=3, favourite_category="toys"), RULES, customer_id="ann")
    rows = read(found, "part", "name", "label", "share", "evidence_count")
    assert [place for (place,) in read(found, "position")] == list(range(1, len(rows) + 1))
    assert list(dict.fromkeys(row[0] for row in rows)) == ["who", "behaviour", "value", "segments", "tags", "action"]
    assert {row[1:] for row in rows if row[0] == "who" and row[2]} == {("gender", "f", None, None)}
    assert ("behaviour", "orders", "3", None, None) in rows
    assert ("value", "net spend so far", "10.13", None, None) in rows
    assert ("tags", RULES["tags"]["channel"]["en"], "app", 0.75, 4) in rows
    assert rows[-1] == ("action", "next best action", FIRST, None, None)


# --- what happened to one ------------------------------------------------------------------------

WHO = "customer_id string, left_out_because string"
DEALINGS = (
    (f"{WHO}, registered_local timestamp, acquisition_channel string", ("ann", None, None, "mail")),
    (
        f"{WHO}, ordered_local timestamp, order_id string, net_amount float64, channel string, payment_method string",
        ("ann", None, "2025-01-05 10:00", "o1", 10, "app", "card"),
        ("ann", None, "2025-02-05 10:00", "o2", 20, None, "card"),
        ("ann", "not paid", "2025-02-06 10:00", "o3", 99, None, None),
        ("ben", None, "2025-02-07 10:00", "o4", 99, None, None),
    ),
    (
        f"{WHO}, returned_local timestamp, return_id string, refund_amount float64, product_name string, reason string",
        ("ann", None, "2025-02-05 10:00", "r1", 4, "Mug", "broken"),
    ),
    (
        f"{WHO}, started_local timestamp, channel string, device string, view_count int64",
        ("ann", None, "2025-01-05 09:00", "app", None, 3),
        (None, None, "2025-01-06 09:00", "app", None, 3),
    ),
    (f"{WHO}, opened_local timestamp, kind string, topic string, contact string",),
    (f"{WHO}, answered_local timestamp, survey string, score int64", ("ann", None, "2025-03-01 10:00", "nps", None)),
    (f"{WHO}, assigned_local timestamp, experiment string, arm string",),
)


def test_a_timeline_begins_with_the_latest():
    """An answer; an order and a return of one minute in order of their kinds; an order and the visit before it.

    A registration of an unknown day, an order that does not count, and what others did, are not in it.
    """
    portraits = table("customer_id string, lifecycle_stage string", ("ann", "growth"), ("ben", "growth"))
    found = timeline(portraits, *(table(*part) for part in DEALINGS), customer_id="ann")
    assert read(found, "kind", "what", "detail", "amount", "row_total") == [
        ("answer", "nps", "no answer", None, 5),
        ("order", "o2", "card", 20, 5),
        ("return", "r1", "Mug, broken", -4, 5),
        ("order", "o1", "app, card", 10, 5),
        ("visit", "app, 3 pages seen", None, None, 5),
    ]


def test_without_a_number_the_biggest_spender_in_decline_is_looked_at():
    """Cai, of Ann and Cai in decline, though Ben spent more; where nobody is, Ben, and of two alike the first."""
    columns = "customer_id string, lifecycle_stage string, net_spend float64"
    people = [("ann", "decline", 5), ("ben", "growth", 9), ("cai", "decline", 7), ("dan", "growth", 9)]
    drawn = table("customer_id string", *((who,) for who, _stage, _spend in people))

    def looked_at(*rows, which=""):
        return [who for (who,) in read(find_customer(drawn, table(columns, *rows), which), "customer_id")]

    assert looked_at(*people) == ["cai"]
    assert looked_at(*(row for row in people if row[1] == "growth")) == ["ben"]
    assert looked_at(*people, which="dan") == ["dan"] and looked_at(*people, which="eve") == []
