"""What customers say, on a handful of answers: votes, drivers, rates, referrals and topics, computed in the head.

Judges studies/shared/windows.
"""

from datetime import date
from math import sqrt

import numpy as np
import pytest
from in_memory import read, table

from customary.columns import columns_of
from customary.errors import Refused, UnknownName
from customary.models.linear import LinearFit
from customary.places import DATA
from customary.query.withholding import rows_to_show, withhold_small_groups
from customary.rules.book import RuleBook
from customary.studies.voice import (
    nps,
    referrals,
    response_rates,
    satisfaction,
    satisfaction_drivers,
    satisfaction_effects,
    topic_months,
    voice_topics,
    vote_loyalty,
)
from customary.studies.voice.effects import IN_MODEL, SatisfactionModel, satisfaction_model
from customary.studies.voice.experience import UNKNOWN, experiences

RULES = RuleBook.from_files(DATA)
AS_OF = date(1970, 4, 11)  # day 100


def on(day):
    """The date of a day since 1970."""
    return str(date.fromordinal(date(1970, 1, 1).toordinal() + day))


# --- votes ---------------------------------------------------------------------------------------

ANSWER = (
    "response_id string, customer_id string, order_id string, survey string, score int64, ts_s int64, day int32, "
    "day_on date, month_on date"
)
ORDER = "order_id string, customer_id string, channel string, day int32"
PERSON = "customer_id string, country string"
NO_ORDERS, NOBODY = table(ORDER), table(PERSON)


def said(n, who, score, survey="nps", order=None, day=0):
    """An answer of a customer on a day; the greater number is the later one of a day."""
    month = date.fromisoformat(on(day)).replace(day=1)
    return (f"a{n}", who, order, survey, score, day * 86_400 + n, day, on(day), str(month))


@pytest.mark.parametrize(
    ("score", "counts"),
    [(10, (1, 0, 0)), (9, (1, 0, 0)), (8, (0, 1, 0)), (7, (0, 1, 0)), (6, (0, 0, 1)), (0, (0, 0, 1))],
)
def test_promoters_passives_detractors(score, counts):
    """9 and 10 promote, 7 and 8 do not care, 0 to 6 detract."""
    found = nps(table(ANSWER, said(1, "ann", score)), NO_ORDERS, NOBODY, AS_OF, RULES)
    assert read(found, "promoter_count", "passive_count", "detractor_count") == [counts]


def test_a_score_with_its_interval():
    """10, 9, 8 and 2 of four: 50 − 25 = 25. Variance (1/2 + 1/4 − 1/16) / 4, whose root is 0.4146: ± 81.26.

    Up to 100, since no score is above it. A single answer has no interval; nobody no score.
    """
    votes = [said(n, f"c{n}", score) for n, score in enumerate((10, 9, 8, 2))]
    found = nps(table(ANSWER, *votes), NO_ORDERS, NOBODY, AS_OF, RULES)
    assert read(found, "answer_count", "nps", "low", "high") == [(4, 25, round(25 - 196 * sqrt(11 / 64), 4), 100)]
    alone = nps(table(ANSWER, said(1, "ann", 3)), NO_ORDERS, NOBODY, AS_OF, RULES)
    assert read(alone, "nps", "low", "high") == [(-100, None, None)]
    nobody = nps(table(ANSWER), NO_ORDERS, NOBODY, AS_OF, RULES)
    assert read(nobody, "answer_count", "nps", "answers_per_voter") == [(0, None, None)]


def test_the_last_answer_of_a_voter_or_every_one():
    """Ann 0, then 10; Ben 10; somebody unknown 0: of three voters two promote; of four answers two."""
    votes = table(ANSWER, said(1, "ann", 0), said(2, "ann", 10), said(3, "ben", 10), said(4, None, 0))
    last = nps(votes, NO_ORDERS, NOBODY, AS_OF, RULES)
    every = nps(votes, NO_ORDERS, NOBODY, AS_OF, RULES, answers="all")
    columns = ("answer_count", "promoter_count", "detractor_count", "all_answer_count", "answers_per_voter")
    assert read(last, *columns) == [(3, 2, 1, 4, 1.3333)] and read(every, *columns) == [(4, 2, 2, 4, 1.3333)]
    with pytest.raises(Refused, match="counted “last”"):
        nps(votes, NO_ORDERS, NOBODY, AS_OF, RULES, answers="first")


def test_votes_by_order_by_customer_and_by_month():
    """Ann of China voted 10 on a mail order in January; Ben, of nobody knows where, 0 on a web order in April.

    On 11 April the month is not over.
    """
    votes = table(ANSWER, said(1, "ann", 10, order="o1"), said(2, "ben", 0, order="o2", day=95))
    orders = table(ORDER, ("o1", "ann", "mail", 0), ("o2", "ben", "web", 90))
    people = table(PERSON, ("ann", "CN"))
    asked = (votes, orders, people, AS_OF, RULES)
    assert read(nps(*asked, by="channel"), "channel", "nps") == [("mail", 100), ("web", -100)]
    assert read(nps(*asked, by="country"), "country", "nps") == [("CN", 100), (None, -100)]
    assert read(nps(*asked, every="month"), "month", "is_complete", "nps") == [
        (date(1970, 1, 1), True, 100),
        (date(1970, 4, 1), False, -100),
    ]
    assert read(nps(*asked, by="channel", every="month"), "month", "channel") == [
        (date(1970, 1, 1), "mail"),
        (date(1970, 4, 1), "web"),
    ]
    with pytest.raises(UnknownName, match="period"):
        nps(*asked, every="moon")


def test_nobody_voted():
    """No vote is counted, and there is no score; of no answer there is no share."""
    found = nps(table(ANSWER), NO_ORDERS, NOBODY, AS_OF, RULES)
    columns = ("answer_count", "promoter_count", "passive_count", "detractor_count", "all_answer_count")
    assert read(found, *columns, "nps", "low", "high", "answers_per_voter") == [(0, 0, 0, 0, 0, None, None, None, None)]
    told = satisfaction(table(ANSWER), NO_ORDERS, NOBODY, AS_OF, RULES)
    assert read(told, "answer_count", "satisfied_count", "satisfied_rate", "score") == [(0, 0, None, None)]


def test_a_month_is_over_on_the_first_of_the_next():
    """A vote of March, as of 1 April and of 31 March."""
    votes = table(ANSWER, said(1, "ann", 10, day=60))
    over = [
        read(nps(votes, NO_ORDERS, NOBODY, day, RULES, every="month"), "is_complete")
        for day in (date(1970, 4, 1), date(1970, 3, 31))
    ]
    assert over == [[(True,)], [(False,)]]


@pytest.mark.parametrize(
    ("period", "begins", "ends"),
    [
        ("day", "1970-03-02", "1970-03-03"),
        ("week", "1970-03-02", "1970-03-09"),
        ("month", "1970-03-01", "1970-04-01"),
        ("quarter", "1970-01-01", "1970-04-01"),
        ("year", "1970-01-01", "1971-01-01"),
    ],
)
def test_a_period_is_over_when_its_last_day_is(period, begins, ends):
    """As of the day on which the next begins it is, a day earlier it is not."""
    vote = ("a", "ann", None, "nps", 10, 0, 60, "1970-03-02", begins)
    names = ANSWER.replace("day_on date, month_on date", f"voted_on date, {period}_on date")
    end = date.fromisoformat(ends)
    for day, over in ((end, True), (date.fromordinal(end.toordinal() - 1), False)):
        found = nps(table(names, vote), NO_ORDERS, NOBODY, day, RULES, every=period)
        assert read(found, "is_complete") == [(over,)]


def test_four_and_five_are_satisfied():
    """5, 4 and 3: two of three, 4 on average; every answer counts, be it of one person. Reviews are another survey."""
    told = [said(n, "ann", score, "csat") for n, score in enumerate((5, 4, 3))]
    answers = table(ANSWER, *told, said(7, "ann", 1, "review"), said(8, "ann", None, "csat"))
    columns = ("answer_count", "satisfied_count", "score", "satisfied_rate")
    assert read(satisfaction(answers, NO_ORDERS, NOBODY, AS_OF, RULES), *columns) == [(3, 2, 4, 0.6667)]
    reviews = satisfaction(answers, NO_ORDERS, NOBODY, AS_OF, RULES, survey="review")
    assert read(reviews, *columns) == [(1, 0, 1, 0)]
    with pytest.raises(UnknownName, match="scale of 1 to 5"):
        satisfaction(answers, NO_ORDERS, NOBODY, AS_OF, RULES, survey="nps")
    with pytest.raises(UnknownName, match="did you mean csat"):
        satisfaction(answers, NO_ORDERS, NOBODY, AS_OF, RULES, survey="csta")


# --- who answered --------------------------------------------------------------------------------

SENT = "order_id string, channel string, delivered_at timestamp, delivered_local timestamp, day_on date"
CASE = "order_id string, closed_at timestamp, closed_local timestamp"


def arrived(order, day, channel="site"):
    """An order of the first day that arrived on a day, or never."""
    at = None if day is None else f"{on(day)} 12:00"
    return (order, channel, at, at, on(0))


def test_who_could_be_asked_and_who_answered():
    """Arrived by day 86, fourteen days before day 100: o1 and o2 of the site, and o5, carried home from a store.

    o3 of day 87 is too young, o4 never came. One of three voted; of two closed cases none was rated, though one was
    of another order; nobody reviewed, so that the rate is unknown, not 0.
    """
    orders = table(
        SENT, arrived("o1", 86), arrived("o2", 3), arrived("o3", 87), arrived("o4", None), arrived("o5", None, "store")
    )
    noon = f"{on(50)} 12:00"
    cases = table(CASE, ("o1", noon, noon), ("o2", noon, noon), (None, noon, noon), ("o3", None, None))
    votes = (said(1, "ann", 9, order="o1"), said(2, "ann", 9, order="o1"), said(3, "eve", 9))
    answers = table(ANSWER, *votes, said(4, "ann", 5, "csat", order="o9"), said(5, "ann", None, "review", order="o1"))
    found = response_rates(answers, orders, cases, AS_OF)
    assert read(found, "survey", "asked_count", "answered_count", "response_rate") == [
        ("nps", 3, 1, 0.3333),
        ("csat", 2, 0, 0),
        ("review", 3, 0, None),
    ]
    in_time = response_rates(answers, orders, cases, AS_OF, during=(on(3), on(86)))
    assert read(in_time, "position", "asked_count", "response_rate") == [(1, 1, 0), (2, 2, 0), (3, 1, None)]


def test_votes_and_what_was_bought_within_ninety_days():
    """Voted on day 9 and 10: of day 10 the 90 days are not over on day 100. From the day after to the 90th day counts.

    Promoters: Ann bought on day 99, Ben on the day of the vote; one of two. Passive Cai on day 10. Detractor Dan never.
    """
    votes = [("ann", 10), ("ben", 9), ("cai", 8), ("dan", 6)]
    rows = [said(n, who, score, day=9) for n, (who, score) in enumerate(votes)]
    rows += [said(7, "eve", 10, day=10), said(8, None, 10, day=1), said(9, "ann", 0, day=8)]
    orders = [("1", "ann", None, 99), ("2", "ben", None, 9), ("3", "cai", None, 10), ("4", "eve", None, 50)]
    found = vote_loyalty(table(ANSWER, *rows), table(ORDER, *orders), AS_OF)
    assert read(found, "vote", "voter_count", "buyer_count", "bought_again_rate") == [
        ("promoters", 2, 1, 0.5),
        ("passives", 1, 1, 1),
        ("detractors", 1, 0, 0),
    ]
    shorter = vote_loyalty(table(ANSWER, *rows), table(ORDER, *orders), AS_OF, within=89)
    assert read(shorter, "voter_count", "buyer_count")[0] == (3, 1)  # Eve's 89 days are over; day 99 is Ann's 90th


# --- drivers -------------------------------------------------------------------------------------

HAPPENED = (
    "order_id string, delivered_local timestamp, promised_on date, day int32, is_returned boolean, "
    "discount_amount float64, is_first_order boolean, channel string"
)
LINES = "order_id string, category string, net_amount float64"
ANGRY = "order_id string, kind string"


def order(name, came=None, promised=None, *, back=False, off=0, first=False, channel=None):
    """An order of day 0 that came on a day."""
    return (name, came and f"{on(came)} 10:00", promised and on(promised), 0, back, off, first, channel)


def experienced(happened, lines=(), cases=(), columns=()):
    """What is known of one order that was answered for."""
    answers = table(ANSWER, said(1, "ann", 9, order="o"))
    found = experiences(answers, table(HAPPENED, happened), table(LINES, *lines), table(ANGRY, *cases))
    return read(found, *columns)


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        (order("o", 2, 2), ("on time", "0–2 days")),
        (order("o", 3, 2), ("late", "3–4 days")),
        (order("o", 4, 9), ("on time", "3–4 days")),
        (order("o", 5, 9), ("on time", "5–7 days")),
        (order("o", 7), (UNKNOWN, "5–7 days")),
        (order("o", 8, 7), ("late", "8+ days")),
        (order("o", None, 7), (UNKNOWN, UNKNOWN)),
    ],
)
def test_deliveries_as_they_were_lived(happened, told):
    """Late is after the promised day; the spans hold both of their ends."""
    assert experienced(happened, columns=("delivery", "delivery_time")) == [told]


def test_other_things_that_happened():
    """Returned, complained of, discounted, first; the category with the most value, the first name of two."""
    columns = ("returns", "complaint", "discount", "order", "channel", "category")
    lines = [("o", "toys", 10), ("o", "home", 6), ("o", "home", 4), ("o", None, 99)]
    eventful = order("o", back=True, off=0.01, first=True, channel="web")
    assert experienced(eventful, lines, [("o", "complaint")], columns) == [
        ("returned", "complained", "discounted", "first order", "web", "home")
    ]
    assert experienced(order("o"), [("o", "toys", 10), ("o", "home", 9)], [("o", "question")], columns) == [
        ("kept", "no complaint", "full price", "later order", UNKNOWN, "toys")
    ]


def test_a_level_against_all_other_answers():
    """Late 2 and 4, on time 6, 8 and 10: 3 against 8. Welch: 2/2 + 4/3 = 7/3, so −5 ± 1.96 · √(7/3), below nothing."""
    scores = {"l1": 2, "l2": 4, "t1": 6, "t2": 8, "t3": 10}
    orders = [order(name, 9 if name[0] == "l" else 1, 5) for name in scores]
    answers = table(ANSWER, *(said(n, name, score, order=name) for n, (name, score) in enumerate(scores.items())))
    found = satisfaction_drivers(answers, table(HAPPENED, *orders), table(LINES), table(ANGRY), fewest=2)
    columns = ("factor", "level", "answer_count", "other_count", "mean_score", "other_score", "difference", "verdict")
    late, *_same, on_time = [row for row in read(found, *columns, "is_commonest") if row[0] == "delivery"]
    assert late == ("delivery", "late", 2, 3, 3, 8, -5, "below", False)
    assert on_time == ("delivery", "on time", 3, 2, 8, 3, 5, "above", True)
    low, high = read(found, "least_difference", "most_difference")[0]
    assert (low, high) == pytest.approx((-5 - 1.96 * sqrt(7 / 3), -5 + 1.96 * sqrt(7 / 3)), abs=1e-3)
    few = satisfaction_drivers(answers, table(HAPPENED, *orders), table(LINES), table(ANGRY), fewest=3)
    assert read(few) == []


def test_where_all_agree_the_difference_is_certain():
    """Late 2 and 2, on time 8 and 8: six points less, with nothing left to chance."""
    scores = {"l1": 2, "l2": 2, "t1": 8, "t2": 8}
    orders = [order(name, 9 if name[0] == "l" else 1, 5) for name in scores]
    answers = table(ANSWER, *(said(n, name, score, order=name) for n, (name, score) in enumerate(scores.items())))
    found = satisfaction_drivers(answers, table(HAPPENED, *orders), table(LINES), table(ANGRY), fewest=2)
    assert read(found, "level", "least_difference", "most_difference")[0] == ("late", -6, -6)


@pytest.mark.parametrize(
    ("late", "verdict"),
    [((7.5, 7.5), "below"), ((8.5, 8.5), "above"), ((7, 9), "not clear"), ((8, 8), "not clear")],
)
def test_half_a_point_is_clear_where_all_agree(late, verdict):
    """On time all vote 8: half a point less or more is clear, none at all is not, nor one from 7 and 9."""
    scores = {"l1": late[0], "l2": late[1], "t1": 8, "t2": 8}
    orders = [order(name, 9 if name[0] == "l" else 1, 5) for name in scores]
    columns = "response_id string, order_id string, survey string, score float64"
    answers = table(columns, *((name, name, "nps", score) for name, score in scores.items()))
    found = satisfaction_drivers(answers, table(HAPPENED, *orders), table(LINES), table(ANGRY), fewest=2)
    assert [row for row in read(found, "level", "verdict") if row[0] == "late"] == [("late", verdict)]


def test_effects_are_read_beside_their_reference():
    """The intercept, then late against on time (−3 ± 1.96 · 0.5); unknown and rare levels are fitted and not shown."""
    levels = {
        "delivery": [("on time", 70), ("late", 20), (UNKNOWN, 30)],
        "channel": [("web", 80), ("app", 19), ("mail", 21)],
    }
    fitted = LinearFit(np.array([8.0, -3.0, -1.0, 4.0, np.nan]), np.array([0.1, 0.5, 0.1, 0.1, np.nan]), 120, 0.25)
    found = satisfaction_effects(SatisfactionModel(levels, fitted))
    columns = ("factor", "level", "against", "answer_count", "effect", "least_effect", "most_effect")
    assert read(found, *columns, "model_answer_count", "explained_rate") == [
        ("delivery", "late", "on time", 20, -3, -3.98, -2.02, 120, 0.25)
    ]


def test_levels_are_compared_with_the_commonest():
    """Late 20 times, on time 30, unknown 40: on time is the reference. A factor with one level of 20 is left out."""
    columns = {name: np.array([UNKNOWN] * 3) for name in IN_MODEL}
    columns["delivery"] = np.array(["late", UNKNOWN, "on time"])
    columns["channel"] = np.array(["web", "web", "app"])
    n = np.array([20, 40, 30])
    scores = {"n": n, "total": n * np.array([5, 7, 9]), "squares": n * np.array([25, 49, 81])}
    found = satisfaction_model.model({**columns, **scores}, fewest=20)
    assert found.levels == {
        "delivery": [("on time", 30), ("late", 20), (UNKNOWN, 40)],
        "channel": [("web", 60), ("app", 30)],
    }
    assert found.fit.coefficients[:3] == pytest.approx([9, -4, -2])
    assert list(satisfaction_model.model({**columns, **scores}, fewest=21).levels) == ["channel"]


# --- referrals -----------------------------------------------------------------------------------

KNOWN = "customer_id string, is_buyer boolean, referred_by string, acquisition_channel string, first_order_on date"


def test_who_brought_somebody():
    """First orders of day 10 are 90 days old on day 100, of day 11 not: of Ann, Ben and Cai, Ann brought Ben and Eve.

    Cai names himself; Dan names Ben and never bought; Eve is young.
    """
    people = table(
        KNOWN,
        ("ann", True, None, None, on(10)),
        ("ben", True, "ann", "referral", on(0)),
        ("cai", True, "cai", "search", on(0)),
        ("dan", False, "ben", "referral", None),
        ("eve", True, "ann", "referral", on(11)),
    )
    columns = ("buyer_count", "referrer_count", "by_channel_count", "referred_count", "referral_rate")
    assert read(referrals(people, AS_OF), *columns) == [(3, 1, 2, 2, 0.3333)]
    assert read(referrals(people, AS_OF, mature=89), *columns[:2]) == [(4, 1)]
    nobody = table(KNOWN, ("ann", True, None, None, on(0)))
    assert read(referrals(nobody, AS_OF), "referrer_count", "referral_rate", "low_rate") == [(0, None, None)]


# --- topics --------------------------------------------------------------------------------------

TICKET = "ticket_id string, customer_id string, kind string, month_on date"
TOPIC = "topic_no int32, words string, weight float64, text_id string, kind string"
JANUARY, MARCH = "1970-01-01", "1970-03-01"
TICKETS = (
    ("t1", "ann", "complaint", JANUARY),
    ("t2", "ann", "question", JANUARY),
    ("t3", "ben", "complaint", MARCH),
    ("t4", "cai", None, MARCH),
)
TOPICS = (
    (1, "parcel", 0.5, "t1", "ticket"),
    (1, "parcel", 0.9, "t2", "ticket"),
    (2, "size", 0.8, "t3", "ticket"),
    (None, None, None, "t4", "ticket"),
    (1, "mug", 0.6, "t1", "response"),
    (1, "mug", 0.4, "a2", "response"),
)


def test_topics_with_who_wrote():
    """Parcel: 2 of 4 cases, one person, half complaints. Mug: one gave 4 stars, the other is no review."""
    answers = table(ANSWER, said(2, "ann", 4, "review"), ("t1", "ben", None, "nps", 9, 0, 0, on(0), JANUARY))
    stars = table(ANSWER, said(1, "ann", 5, "review"), said(2, "ben", 2, "csat"))
    both = ((1, "mug", 0.6, "a1", "response"), (1, "mug", 0.4, "a2", "response"))
    assert read(voice_topics(table(TICKET), stars, table(TOPIC, *both)), "mean_score") == [(3.5,)]
    found = voice_topics(table(TICKET, *TICKETS), answers, table(TOPIC, *TOPICS))
    columns = ("kind", "words", "text_count", "customer_count", "complaint_rate", "mean_score", "text_share")
    assert read(found, *columns, "text_total", "mean_weight") == [
        ("ticket", "parcel", 2, 1, 0.5, None, 0.5, 4, 0.7),
        ("ticket", "size", 1, 1, 1, None, 0.25, 4, 0.8),
        ("ticket", None, 1, 1, 0, None, 0.25, 4, None),
        ("response", "mug", 2, 2, None, 4, 1, 2, 0.5),
    ]


def test_a_topic_against_its_usual_share():
    """Parcel has 2 of 3 cases with a topic; in January all: 1.5 times as many. Size 1/3, in March all: 3 times."""
    found = topic_months(table(TICKET, *TICKETS), table(ANSWER), table(TOPIC, *TOPICS))
    assert read(found, "words", "month_on", "text_count", "customer_count", "month_share", "times_usual") == [
        ("parcel", date(1970, 1, 1), 2, 1, 1, 1.5),
        ("size", date(1970, 3, 1), 1, 1, 1, 3),
    ]


def test_a_month_is_shared_among_its_topics():
    """January: three of parcel and one of size; March: one of parcel. Parcel 3/4 of 4/5 is 0.9375, size 1/4 of 1/5."""
    texts = [("t1", "parcel", JANUARY), ("t2", "parcel", JANUARY), ("t3", "parcel", JANUARY), ("t4", "size", JANUARY)]
    texts.append(("t5", "parcel", MARCH))
    tickets = [(text, "ann", "question", month) for text, _words, month in texts]
    topics = [(1 if words == "parcel" else 2, words, 1.0, text, "ticket") for text, words, _month in texts]
    found = topic_months(table(TICKET, *tickets), table(ANSWER), table(TOPIC, *topics))
    assert read(found, "words", "text_count", "month_share", "times_usual") == [
        ("parcel", 3, 0.75, 0.9375),
        ("parcel", 1, 1, 1.25),
        ("size", 1, 0.25, 1.25),
    ]


@pytest.mark.parametrize("question", [voice_topics, topic_months])
def test_a_topic_of_few_is_withheld_from_viewers(question):
    """In this window thirty wrote of parcels, ten of colours and three of sizes: only the thirty are shown.

    Neither the words of the three nor those of the ten, whom a total would give the three away with. Thirty texts of
    one customer are one customer's: that topic is not shown either.
    """
    wrote = [("parcel", f"p{n}") for n in range(30)] + [("colour", f"c{n}") for n in range(10)]
    wrote += [("size", f"s{n}") for n in range(3)] + [("noise", "x")] * 30
    cases = table(TICKET, *((f"t{n}", who, "question", MARCH) for n, (_word, who) in enumerate(wrote)))
    numbers = {"parcel": 1, "colour": 2, "size": 3, "noise": 4}
    about = table(TOPIC, *((numbers[w], w, 0.5, f"t{n}", "ticket") for n, (w, _who) in enumerate(wrote)))
    found = question(cases, table(ANSWER), about)
    marked = withhold_small_groups(found, columns_of(found.columns, question.name), 10)
    assert read(rows_to_show(marked), "words", "customer_count") == [("parcel", 30)]
