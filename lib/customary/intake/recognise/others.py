"""The SELECTs of files of customers, products, events, answers, spend and tickets."""

from customary.intake.events import proposals
from customary.intake.readers import quote
from customary.intake.recognise.composition import Composition, person, select_text, sql_text
from customary.intake.recognise.kinds import PRODUCTS, WHEN, Recognition
from customary.intake.recognise.meanings import SURE
from customary.standard import rules


def customers(found: Recognition, made: Composition) -> None:
    """Customers."""
    names = {
        "registered_at": ("registered_time", "time", "order_time"),
        "birth_on": ("birth_day",),
        "gender": ("gender",),
        "country": ("country",),
        "region": ("region",),
        "city": ("city",),
        "acquisition_channel": ("channel",),
        "email": ("email",),
        "phone": ("phone",),
    }
    told = {name: quote(column) for name, one in names.items() if (column := found.column(*one))}
    columns = {"_record": "_record", "customer_id": person(found), **told, **made.own_of("customers")}
    made.add("customers", "one row per customer", select_text(columns, f"from {made.raw}"), [], carries=True)


def products(found: Recognition, made: Composition) -> None:
    """Products."""
    names = {"product_name": "product_name", "category": "category", "list_price": "unit_price"}
    told = {name: quote(column) for name, one in names.items() if (column := found.column(one))}
    key = quote(str(found.column(*PRODUCTS)))
    columns = {"_record": "_record", "product_id": key, **told, **made.own_of("products")}
    made.add("products", "one row per product", select_text(columns, f"from {made.raw}"), [], carries=True)


def _renamed_events(found: Recognition, event: str) -> dict[str, str]:
    """Own name → the vocabulary's, for the events of a file that are called otherwise there."""
    return {name: new for name, new in proposals(dict.fromkeys(found.look.values(event))).items() if name != new}


def event_name(found: Recognition, event: str) -> str:
    """SQL for the names of events in a column, by the vocabulary where they are known."""
    renamed = _renamed_events(found, event)
    cases = " ".join(f"when {sql_text(name)} then {sql_text(new)}" for name, new in renamed.items())
    return f"case {quote(event)} {cases} else {quote(event)} end" if renamed else quote(event)


def events(found: Recognition, made: Composition) -> None:
    """Events, named by the vocabulary where their names are known."""
    event = str(found.column("event_name"))
    who, visitor = person(found), found.column("visitor_id")
    ways = ("page", "channel", "campaign", "session_id", "device", "product_id", "search_term")
    same = (*ways, "traffic_source", "traffic_medium", "result_count", "load_ms", "lcp_ms", "inp_ms", "cls")
    names = {name: name for name in same}
    told = {name: quote(column) for name, one in names.items() if (column := found.column(one))}
    when = quote(day) if (day := found.column("event_time", "time", "order_time")) else None
    columns = {
        "_record": "_record",
        "event_id": "cast(_record as varchar)",
        "customer_id": who,
        "visitor_id": f"coalesce({quote(visitor)}, {who})" if visitor and who else quote(visitor) if visitor else who,
        "occurred_at": when,
        "event_name": event_name(found, event),
        "source_event_name": quote(event) if event_name(found, event) != quote(event) else None,
        **told,
        **made.own_of("events"),
    }
    decided = [f"{name} is {new}" for name, new in _renamed_events(found, event).items()]
    made.add("events", "one row per event", select_text(columns, f"from {made.raw}"), decided, carries=True)
    _add_arms(found, made, when, str(columns["visitor_id"]))
    buyer = f"coalesce({who}, {quote(visitor)})" if visitor and who else str(columns["visitor_id"])
    _add_transactions(found, made, when, buyer)


def _add_arms(found: Recognition, made: Composition, when: str | None, who: str) -> None:
    """The arm that a log names beside each event, as assignments since the person's first event."""
    arm = found.column("arm")
    if arm is None or found.meanings["arm"].confidence < SURE:
        return
    columns = {
        "experiment": sql_text(found.look.path.name.split(".")[0]),
        "customer_id": who,
        "arm": f"min({quote(arm)})",
        "assigned_at": f"min({when})" if when else "cast(null as varchar)",
        "rejected_because": f"case when count(distinct {quote(arm)}) > 1 then 'in more than one arm' end",
    }
    source = f"from {made.raw}\nwhere {quote(arm)} is not null\ngroup by {who}"
    decided = [f"“{arm}” is the arm of an experiment, since a person's first event"]
    made.add("assignments", "one row per person", select_text(columns, source), decided, carries=False)


def _add_transactions(found: Recognition, made: Composition, when: str | None, who: str) -> None:
    """The orders that a log names by their numbers, with their amounts where it gives them."""
    order, total = found.column("order_id"), found.column("total")
    if order is None:
        return
    columns = {
        "order_id": quote(order),
        "customer_id": f"min({who})",
        "ordered_at": f"min({when})" if when else None,
        "paid_at": f"min({when})" if when else None,
        "gross_amount": f"max({quote(total)})" if total else None,
    }
    source = f"from {made.raw}\nwhere {quote(order)} is not null\ngroup by {quote(order)}"
    decided = [f"“{order}” numbers orders: all events with one number are one order, paid when it was made"]
    made.add("orders", "one row per order number", select_text(columns, source), decided, carries=False)


def survey_of(found: Recognition) -> tuple[str, float]:
    """Which survey a file of answers is – nps, csat or review –, and the highest score in its first rows."""
    score = str(found.column("score"))
    highest = max((float(v) for v in found.look.values(score) if v.replace(".", "").isdigit()), default=0)
    if any(piece in score.lower() for piece in rules("recognition")["questions"]["satisfaction"]):
        return "csat", highest
    return ("nps" if highest > 5 else "review"), highest


def responses(found: Recognition, made: Composition) -> None:
    """Answers of a survey."""
    score = str(found.column("score"))
    survey, highest = survey_of(found)
    order, comment = found.column("order_id"), found.column("comment")
    columns = {
        "_record": "_record",
        "response_id": "cast(_record as varchar)",
        "customer_id": person(found),
        "order_id": quote(order) if order else None,
        "survey": sql_text(survey),
        "answered_at": quote(day) if (day := found.column("time", "event_time", "order_time")) else None,
        "score": quote(score),
        "comment": quote(comment) if comment else None,
        **made.own_of("responses"),
    }
    scale = {"nps": "a recommendation from 0 to 10", "csat": "satisfaction", "review": "stars"}[survey]
    decided = [f"“{score}” reaches {highest:.0f}: {scale}"]
    made.add("responses", "one row per answer", select_text(columns, f"from {made.raw}"), decided, carries=True)


def spend(found: Recognition, made: Composition) -> None:
    """Advertising spend by day and campaign."""
    channel, campaign = found.column("channel"), found.column("campaign")
    names = {"impression_count": "impressions", "click_count": "clicks"}
    told = {name: quote(column) for name, one in names.items() if (column := found.column(one))}
    columns = {
        "_record": "_record",
        "spent_at": quote(day) if (day := found.column("time", "order_time", "event_time")) else None,
        "channel": quote(channel) if channel else sql_text("advertising"),
        "campaign": quote(campaign) if campaign else sql_text("all"),
        "amount": quote(str(found.column("cost"))),
        **told,
    }
    made.add("spend", "one row per day and campaign", select_text(columns, f"from {made.raw}"), [], carries=True)


def tickets(found: Recognition, made: Composition) -> None:
    """Tickets."""
    subject, order = found.column("subject"), found.column("order_id")
    columns = {
        "_record": "_record",
        "ticket_id": quote(str(found.column("ticket_id"))),
        "customer_id": person(found),
        "order_id": quote(order) if order else None,
        "opened_at": quote(day) if (day := found.column("order_time", "time", "event_time")) else None,
        "closed_at": quote(column) if (column := found.column("closed_time")) else None,
        "topic": quote(subject) if subject else None,
        "contact": quote(column) if (column := found.column("channel")) else None,
        **made.own_of("tickets"),
    }
    made.add("tickets", "one row per ticket", select_text(columns, f"from {made.raw}"), [], carries=True)


def assignments(found: Recognition, made: Composition) -> None:
    """Who was in which arm of an experiment or campaign, and what else the file says of these people."""
    when, who, campaign = found.column(*WHEN), person(found), found.column("experiment", "campaign")
    experiment = found.look.path.name.split(".")[0]
    columns = {
        "_record": "_record",
        "experiment": quote(campaign) if campaign else sql_text(experiment),
        "customer_id": who or "cast(_record as varchar)",
        "arm": quote(str(found.column("arm"))),
        "assigned_at": quote(when) if when else "cast(null as varchar)",
        **made.own_of("assignments"),
    }
    decided = [] if who else ["the file names no persons: every record is one, numbered by its line"]
    decided += [] if when else ["the file does not say when: the time is unknown"]
    select = select_text(columns, f"from {made.raw}")
    made.add("assignments", "one row per person and experiment", select, decided, carries=True)


def steps(found: Recognition, made: Composition) -> None:
    """People who reached a page, on the day that another file gives them."""
    who = quote(str(found.column("customer_id", "visitor_id")))
    page = quote(next(column for column in found.look.columns if quote(column) != who))
    other, select = found.dated_by
    columns = {
        "_record": "_record",
        "event_id": f"{page} || '-' || {who}",
        "customer_id": who,
        "visitor_id": who,
        "occurred_at": "_day",
        "event_name": page,
        "page": page,
    }
    dates = select.format(raw=quote(made.raws[other]))
    source = f"from {made.raw} left join ({dates}) on _who = {who}"
    decided = [f"the file gives no times: each person's are the day in {other}"]
    made.add("events", "one row per person and page", select_text(columns, source), decided, carries=True)
