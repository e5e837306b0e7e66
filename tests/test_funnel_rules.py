"""The funnel against a slow reading of its own sentence: every chain of every person tried, on logs full of ties.

Judges studies/funnel/any_order, studies/funnel/instants, studies/funnel/outcomes and studies/shared/spans.
"""

import random
from collections import defaultdict
from datetime import date

import pytest
from in_memory import read
from logs import log

from customary.studies.funnel import funnel_people
from customary.studies.shared.conditions import Condition, Conditions

WITHIN = 5  # minutes


def drawn(seed, people=60):
    """Events of invented people in half an hour, many of one minute: (person, minute, name)."""
    dice = random.Random(seed)
    rows = [
        (f"p{n:02d}", dice.randrange(0, 12), dice.choice("AABBCX"))
        for n in range(people)
        for _event in range(dice.randrange(1, 9))
    ]
    dice.shuffle(rows)
    return rows


def uses_all_between(chain, event, events):
    """Whether the steps may lie straight one after the other: at an end of an instant others may stand outside."""
    return all(other in chain for other in events if chain[0][0] < other[0] < event[0])


def next_events(chain, events, step, rules):
    """The events that may follow a chain as its next step."""
    at = chain[-1][0]
    for event in events:
        start = at if rules.get("clock") == "prior" else chain[0][0]
        if event in chain or event[1] != step or event[0] < at - rules.get("grace", 0) or event[0] > start + WITHIN:
            continue
        if rules.get("order") == "strict" and not uses_all_between(chain, event, events):
            continue
        if "exclude" in rules and any(at < x < event[0] for x, name, _no in events if name == rules["exclude"]):
            continue
        yield event


def depth_from(chain, events, steps, rules):
    """How far a chain gets at best."""
    if len(chain) == len(steps):
        return len(steps)
    further = (
        depth_from([*chain, event], events, steps, rules)
        for event in next_events(chain, events, steps[len(chain)], rules)
    )
    return max(further, default=len(chain))


def depth_of(events, steps, rules):
    """How far a person gets: from the events of the first instant with a step 1, or from any."""
    entries = [event for event in events if event[1] == steps[0]]
    if rules.get("entry") != "best":
        entries = [event for event in entries if event[0] == min(entries)[0]]
    return max((depth_from([event], events, steps, rules) for event in entries), default=0)


def depths(rows, steps, rules):
    """Person → depth, for those who entered."""
    theirs = defaultdict(list)
    for number, (person, at, name) in enumerate(rows):
        theirs[person].append((at, name, number))
    found = {person: depth_of(sorted(events), steps, rules) for person, events in theirs.items()}
    if rules.get("exclude_mode") == "person":
        freely = {key: value for key, value in rules.items() if key != "exclude"}
        found = {who: 0 if depth_of(sorted(theirs[who]), steps, freely) > n else n for who, n in found.items()}
    return {person: depth for person, depth in found.items() if depth}


def asked(rows, steps, rules):
    """The same of the study, whose grace is in seconds."""
    times = [(person, f"2025-03-01 00:{at:02d}", name) for person, at, name in rows]
    options = {**rules, "grace": 60 * rules.get("grace", 0)}
    if "exclude" in rules:
        options["exclude"] = Conditions([Condition(f"event_name={rules['exclude']}")])
    given = Conditions(Condition(f"event_name={name}") for name in steps)
    found = funnel_people(log(*times), date(2025, 3, 2), "UTC", step=given, within=f"{WITHIN}m", **options)
    return dict(read(found, "customer_id", "step"))


RULES = [
    {},
    {"entry": "best"},
    {"clock": "prior"},
    {"clock": "prior", "entry": "best"},
    {"grace": 1},
    {"grace": 2, "entry": "best"},
    {"exclude": "X"},
    {"exclude": "X", "entry": "best"},
    {"exclude": "X", "exclude_mode": "person"},
    {"exclude": "X", "clock": "prior", "grace": 1, "entry": "best"},
    {"order": "strict"},
    {"order": "strict", "entry": "best"},
    {"order": "strict", "clock": "prior", "entry": "best"},
]


STEPS = ["ABC", "AB", "AABB", "ABAB", "AAA"]
# With grace an event could serve two steps that are no neighbours: such funnels are refused.
REFUSED = {(steps, "grace") for steps in ("ABAB", "AAA")}
QUESTIONS = [
    (steps, rules) for steps in STEPS for rules in RULES if not any((steps, name) in REFUSED for name in rules)
]


@pytest.mark.parametrize(("steps", "rules"), QUESTIONS, ids=str)
def test_every_chain_was_tried(steps, rules):
    """How far each of sixty people got is what trying all their chains says."""
    rows = drawn(f"{steps} {rules}")
    assert asked(rows, steps, rules) == depths(rows, steps, rules)


def entries_of(events, steps):
    """The depths of one person's entries, each begun after the end of the one before; no two events of one minute."""
    found, open_until = [], -1
    for event in events:
        if event[1] != steps[0] or event[0] <= open_until:
            continue
        depth, open_until = 1, event[0] + WITHIN
        for later in events:
            if depth < len(steps) and event[0] < later[0] <= event[0] + WITHIN and later[1] == steps[depth]:
                depth += 1
                open_until = later[0] if depth == len(steps) else open_until
        found.append(depth)
    return found


def test_every_entry_was_followed():
    """Counted by entries: the depths of all that a person begins one after the other."""
    dice = random.Random(7)
    rows = [
        (f"p{n:02d}", minute, dice.choice("AABBC")) for n in range(40) for minute in sorted(dice.sample(range(40), 15))
    ]
    expected = sorted(
        (who, depth)
        for who in {row[0] for row in rows}
        for depth in entries_of([row[1:] for row in rows if row[0] == who], "ABC")
    )
    times = [(person, f"2025-03-01 00:{at:02d}", name) for person, at, name in rows]
    given = Conditions(Condition(f"event_name={name}") for name in "ABC")
    found = funnel_people(log(*times), date(2025, 3, 2), "UTC", step=given, within=f"{WITHIN}m", unit="entries")
    assert sorted(read(found, "customer_id", "step")) == expected and len(expected) > 100


@pytest.mark.parametrize("entry", ["first", "best"])
def test_any_order_counts_the_steps_within_the_window(entry):
    """How many of A, B and C somebody did within five minutes of the first of them, or of the best one."""
    rows = drawn("any", people=80)
    times = [(person, f"2025-03-01 00:{at:02d}", name) for person, at, name in rows]
    given = Conditions(Condition(f"event_name={name}") for name in "ABC")
    options = {"within": f"{WITHIN}m", "order": "any", "entry": entry}
    found = funnel_people(log(*times), date(2025, 3, 2), "UTC", step=given, **options)
    expected = {}
    for who in {row[0] for row in rows}:
        did = [(at, name) for person, at, name in rows if person == who and name in "ABC"]
        starts = [at for at, _name in did] if entry == "best" else [min(did)[0]] if did else []
        reach = [len({name for at, name in did if start <= at <= start + WITHIN}) for start in starts]
        expected |= {who: max(reach)} if reach else {}
    assert dict(read(found, "customer_id", "step")) == expected
