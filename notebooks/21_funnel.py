# chapter: Funnel
# 中文: 转化漏斗
# question: Where do visitors stop on the way to a purchase?
# goal: Optimise the conversion path
# needs: events
# figure: visit_cart_abandonment_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Funnel")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.language import is_nothing
    from customary.page import funnels
    from customary.page.superlatives import highest, lowest
    from customary.page.switches import read_switches, switch_bar
    from customary.units import UNITS
    from customary.wording import say, word

    shop = open_shop()
    first = study(shop, "visit_span").first.get("first_on")
    offer = page.offer(shop, "device", "channel", "platform", frame="sessions", first_day=first)
    goal, mine = "Optimise the conversion path", shop.audience == "analyst"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "21_funnel",
        "Where do visitors stop on the way to a purchase?",
        "How many get from step to step, how fast, who gets further, and what the others did instead.",
        choice=choice,
        serves="optimise the conversion path",
        needs="events",
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def switches():
    fields = (*funnels.step_switches(shop), *funnels.rule_switches())
    rules = switch_bar(fields)
    rules if shop.snapshot.rows["events"] else None
    return fields, rules


@app.cell(hide_code=True)
def chosen(bar, fields, rules):
    picked = read_switches(fields, rules.value)
    choice = funnels.choose_funnel(page.choose(offer, bar.value), fields, picked)
    asked, split = {**choice.query_options, **funnels.funnel_options(picked)}, [*choice.by, *offer.splits, ""][0]
    labels = funnels.step_labels(picked)
    return asked, choice, labels, picked, split


@app.cell(hide_code=True)
def answers(asked, choice, split):
    funnel, groups = study(shop, "funnel", **asked), study(shop, "funnel", by=split, **asked)
    instead, carts = study(shop, "funnel_drop_offs", **asked), study(shop, "abandonment", **choice.query_options)
    _counts = {"people": "{n} people", "sessions": "{n} visits", "entries": "{n} entries"}
    entered = say(_counts[asked["unit"]], n=funnel.text("customer_count"))
    basis = say("{during}; n = {entered}", during=choice.during_text, entered=entered)
    return basis, carts, entered, funnel, groups, instead


@app.cell(hide_code=True)
def rows_of_steps(asked, funnel, instead, labels):
    _rows = funnel.to_pandas()
    rows = _rows.assign(label=[labels.get(step, label) for step, label in zip(_rows.step, _rows.label, strict=True)])
    _stopped = instead.to_pandas().drop_duplicates("step").set_index("step").stopped_count.dropna()
    worst, stopped = (int(_stopped.idxmax()), int(_stopped.max())) if len(_stopped) else (1, 0)
    people = study(shop, "funnel_people", at=worst, **asked)
    return people, rows, stopped, worst


@app.cell(hide_code=True)
def headline(choice, entered, funnel, labels, rows):
    mo.stop(not shop.snapshot.rows["events"], page.missing("events", "where visitors stop on the way to a purchase"))
    _late = "{n:,} began so late that their time is not over: they are in no figure here."
    _open = page.sentence(_late, funnel, n=int(funnel.first.get("immature_count") or 0))
    begun = bool(rows.customer_count.sum())
    mo.stop(not begun, mo.vstack([page.empty("visits"), _open, funnel.withheld_text]))
    _last = rows.iloc[-1]
    _said = page.sentence(
        "Of {entered} that came to “{start}” {rate} got to “{end}” in time: {n}.",
        funnel,
        entered=entered,
        start=labels[1],
        end=_last.label,
        rate=funnel.text("conversion_rate", _last.conversion_rate),
        n=funnel.text("customer_count", _last.customer_count),
    )
    mo.vstack([_said, _open, page.headline(shop, choice, "visit_conversion_rate", "visit_cart_abandonment_rate")])
    return (begun,)


@app.cell(hide_code=True)
def finding_steps(basis, begun, fields, funnel, picked, rows):
    mo.stop(not begun)
    _least = lowest(rows.iloc[1:].dropna(subset=["low_conversion_rate"]), "label", "step_rate")
    _none, _last = "No step clearly loses more than the others", rows.iloc[-1]
    page.figure(
        funnel,
        charts.funnel_bars(rows, "label", "customer_count", "conversion_rate", "step_rate"),
        _least.say("Fewest get on to {names}: {value} of those at the step before", _none),
        (
            "How many got to each step, {basis}.",
            funnels.rules_text(fields, picked),
            "Those of one person are not independent of each other: no interval is given."
            if is_nothing(_last.low_conversion_rate)
            else "Between {low} and {high} got to the end (95% confidence interval).",
        ),
        low=funnel.text("low_conversion_rate", _last.low_conversion_rate),
        high=funnel.text("high_conversion_rate", _last.high_conversion_rate),
        basis=basis,
        frame=rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_groups(basis, begun, groups, labels, split):
    mo.stop(not begun or not split, page.missing("device", "who gets further, by device or channel") if begun else None)
    _all, _end = groups.to_pandas(), len(labels)
    _all[split] = [word("unknown" if is_nothing(name) else name) for name in _all[split]]
    _rows = _all[_all.step == _end]
    mo.stop(_rows.empty, groups.withheld_text)
    _top, _by = highest(_rows, split, "conversion_rate"), word(split)
    _drawn = charts.ranked_intervals(
        _rows,
        split,
        "conversion_rate",
        "low_conversion_rate",
        "high_conversion_rate",
        n="entry_count",
        highlight=_top.labels,
    )
    _title = _top.say("Furthest by {by}: {names}, {value}", "No {by} clearly gets further than the others", by=_by)
    _told = (
        "Share who got to “{end}” by {by} of the first step, with its 95% confidence interval; {basis}, {shown} groups."
    )
    page.figure(
        groups, _drawn, _title, _told, end=labels[_end], by=_by, basis=basis, shown=len(_rows), frame=_rows, goal=goal
    )
    return


@app.cell(hide_code=True)
def finding_time(basis, begun, funnel, rows):
    _rows, _seconds = rows.iloc[1:].dropna(subset=["median_seconds"]), UNITS["seconds"]
    mo.stop(not begun or _rows.empty)
    _last = _rows.iloc[-1]
    page.figure(
        funnel,
        charts.ranked_bars(_rows, "label", "median_seconds", n="customer_count", as_given=True, height=160),
        "Half of those who got to “{step}” did so within {time}",
        (
            "Median time from the first step, of those who got there: {n:,} at the last one; {basis}.",
            "Of all who began fewer than half got that far within the time."
            if is_nothing(_last.median_seconds_km)
            else "Half of all who began got that far within {all} (Kaplan–Meier).",
        ),
        step=_last.label,
        time=_seconds.text(_last.median_seconds),
        n=int(_last.customer_count),
        all=_seconds.text(_last.median_seconds_km),
        basis=basis,
        frame=_rows[["label", "customer_count", "median_seconds", "median_seconds_km"]],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_instead(basis, instead, labels, stopped, worst):
    mo.stop(not stopped)
    _all = instead.to_pandas().loc[lambda t: t.step == worst]
    _rows = _all.head(8).assign(following=lambda t: [word(name) for name in t.following])
    _top, _none = highest(_rows, "following", "share"), "Nothing clearly stands out among what they did instead"
    page.figure(
        instead,
        charts.ranked_bars(_rows, "following", "share", n="customer_count", as_given=True, highlight=_top.labels),
        _top.say("Instead, after “{step}”: {names}, {value}", _none, step=labels[worst]),
        "What the {n:,} who got no further than “{step}” did next within the time; {shown} of {all} things, {basis}. What "
        "they did, not why.",
        n=stopped,
        step=labels[worst],
        shown=len(_rows),
        all=len(_all),
        basis=basis,
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_carts(carts, choice):
    _rows = carts.to_pandas().query("cart_count > 0").assign(stage=lambda t: [word(name) for name in t.stage])
    mo.stop(_rows.empty or not shop.snapshot.rows["events"])
    _low, _high = "low_rate", "high_rate"
    page.figure(
        carts,
        charts.ranked_intervals(_rows, "stage", "abandonment_rate", _low, _high, n="cart_count", as_given=True),
        "{abandonment_rate} of carts were left, between {low_rate} and {high_rate}",
        (
            "Visits with a cart, and those that got to the checkout, that no order of the same person followed within 24 "
            "hours, with the 95% confidence interval: {during}; n = {cart_count} with a cart, {immature_count} more are not "
            "over.",
            "To win back: {recoverable_count} carts of known customers who have not bought since.",
            "They held {recoverable_value} at list prices; {valued_count} of the {abandoned_count} carts left have a price."
            if _rows.recoverable_value.notna().any()
            else "What they held is not known.",
        ),
        during=choice.during_text,
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_others(asked, begun, labels, picked):
    _tool = funnels.tool_beside(picked)
    mo.stop(not begun or not _tool)
    _beside = study(shop, "funnel", as_=_tool, **asked)
    _rows = _beside.to_pandas().assign(label=lambda t: t.step.map(labels))
    _rows["reading"] = _rows.reading.map(funnels.reading_labels())
    _end = _rows[_rows.step == len(labels)].customer_count.tolist()
    mo.stop(not _end, _beside.withheld_text)
    _table = page.figure(
        _beside,
        None,
        "At “{step}” {tool} counts {theirs:,} where we count {ours:,}",
        "The same funnel by our rules, then each rule of {tool} taken on in its turn, with what that changes; the "
        "changes add up to the gap.",
        step=labels[len(labels)],
        tool=funnels.TOOLS[_tool],
        theirs=int(_end[-1]),
        ours=int(_end[0]),
        frame=_rows[["label", "reading", "customer_count", "count_change", "conversion_rate"]],
        most=40,
    )
    page.two_up(_table, more=say("As others count it"))
    return


@app.cell(hide_code=True)
def so_what(basis, labels, people, stopped, worst):
    mo.stop(not stopped)
    _more = "Below is who they are, for looking closer. Saved as a view in Explore, the funnel’s people become a list."
    _who = _more if mine else ""
    page.action(
        "Begin at “{step}”: {n:,} got no further",
        (
            "Look at what they saw there and at what they did instead, change one thing, and show it to a random half.",
            _who,
            "({basis}.)",
        ),
        people if mine else None,
        most=10,
        file_name="people-at-a-step",
        step=labels[worst],
        n=stopped,
        basis=basis,
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Of several beginnings, let the one that came furthest count. Why do more people get to the end now?
    """)
    return


@app.cell(hide_code=True)
def definitions(carts, funnel, groups, instead, people):
    page.definitions(funnel, groups, instead, carts, people)
    return


if __name__ == "__main__":
    app.run()
