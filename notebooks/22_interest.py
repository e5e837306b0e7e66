# chapter: Interest
# 中文: 兴趣与路径
# question: What do people look for, and where do they go?
# goal: Optimise the conversion path
# needs: events, products
# figure: pages_per_visit

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Interest")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.language import format_month
    from customary.page.superlatives import highest, lowest
    from customary.page.switches import read_switches, switch_bar, with_switches
    from customary.page.ways import interest_switches, rule_labels, shares_by_rule, study_ways
    from customary.units import RATE
    from customary.wording import all_of, say, word, wording

    shop = open_shop()
    first = study(shop, "visit_span").first.get("first_on")
    offer = page.offer(shop, "device", "channel", "platform", frame="sessions", splits=False, first_day=first)
    goal, keep = "Optimise the conversion path", "Strengthen stickiness and loyalty"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "22_interest",
        "What do people look for, and where do they go?",
        "Which categories and products they open, what they search for, which ways they take, what orders are owed to.",
        choice=choice,
        serves="optimise the conversion path",
        needs="events, products",
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def switches():
    fields = interest_switches()
    looks = switch_bar(fields)
    looks if shop.snapshot.rows["events"] else None
    return fields, looks


@app.cell(hide_code=True)
def chosen(bar, fields, looks):
    picked = read_switches(fields, looks.value)
    choice = with_switches(page.choose(offer, bar.value), fields, picked)
    return choice, picked


@app.cell(hide_code=True)
def answers(choice, picked):
    _asked = choice.query_options
    now = measure(shop, "session_count", "visitor_count", "pages_per_visit", "visit_conversion_rate", **_asked)
    seen, searches = study(shop, "product_views", of=picked["things"], **_asked), study(shop, "search_terms", **_asked)
    often, moves = study(shop, "stickiness", **_asked), study(shop, "flows", **_asked)
    ways = study_ways(shop, picked["ways"], choice)
    owed = {model: study(shop, "attribution", model=model, during=choice.during) for model in rule_labels()}
    return moves, now, often, owed, searches, seen, ways


@app.cell(hide_code=True)
def headline(choice, now, seen):
    mo.stop(not shop.snapshot.rows["events"], page.missing("events", "what people look for and which ways they take"))
    mo.stop(not now.first["session_count"], page.empty("visits"))
    basis = say("{when}; n = {n} visits", when=choice.during_text, n=now.text("session_count"))
    _said = page.sentence(
        "{visitor_count} visitors came {session_count} times and saw {pages_per_visit} pages each time: {when}.",
        now,
        when=choice.during_text,
    )
    _tiles = page.headline(shop, choice, "pages_per_visit", "visits_per_visitor", "visit_conversion_rate")
    mo.vstack([_said, _tiles])
    return (basis,)


@app.cell(hide_code=True)
def finding_seen(basis, picked, seen):
    _rows = seen.to_pandas(15).fillna({"label": "unknown"})
    mo.stop(_rows.empty, page.missing("product in its events", "which categories and products are looked at"))
    _top = highest(_rows, "label", "view_count")
    page.figure(
        seen,
        charts.ranked_bars(_rows, "label", "view_share", n="visitor_count", as_given=True, highlight=_top.labels),
        _top.say("Looked at most: {names}, {value} times", "Nothing is clearly looked at most"),
        "Share of all views of products, {basis}; {shown} of {total_rows:,} {things}, most views first.",
        things=wording(picked["things"]),
        shown=len(_rows),
        basis=basis,
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_searches(basis, searches):
    _rows = searches.to_pandas(15)
    mo.stop(_rows.empty, page.missing("search terms", "what people search for, and which terms lead nowhere"))
    dead = lowest(_rows, "term", "conversion_with")
    page.figure(
        searches,
        charts.ranked_bars(_rows, "term", "conversion_with", n="visit_count", highlight=dead.labels),
        dead.say(
            "Visits that search for {names} buy least often: {value}",
            "No term of those searched for most clearly leads nowhere",
        ),
        "Share of the visits with each search that bought, the {shown} commonest of {total_rows:,} terms, {basis}. Whether it "
        "was bought what was searched for, and whether anything was found, the log does not say.",
        shown=len(_rows),
        basis=basis,
        frame=_rows,
        goal=goal,
    )
    return (dead,)


@app.cell(hide_code=True)
def finding_follows(basis, picked, ways):
    mo.stop(picked["ways"] != "follows")
    _all = ways.to_pandas().rename(columns={"from": "before"})
    mo.stop(_all.empty, page.empty("visits"))
    _rows = _all.assign(before=[*map(word, _all.before)], to=[*map(word, _all.to)])
    _rows["way"] = [f"{row.before} → {row.to}" for row in _rows.itertuples()]
    page.figure(
        ways,
        charts.heatmap(_rows, "to", "before", "share_out", n="transition_count"),
        highest(_rows, "way", "transition_count").say("Most often: {names}, {value} times", "No step clearly leads"),
        "Of all that directly follows an event within a visit (row), how much is which other one (column), %; {basis}.",
        basis=basis,
        frame=_rows.drop(columns="way").rename(columns={"before": "from"}),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_order(basis, picked, ways):
    mo.stop(picked["ways"] != "steps")
    _all = ways.to_pandas()
    _ended = _all[(_all.event_name == "(visit ends)") & (_all.step_no == 2)].session_share.sum()
    _rows = _all.assign(event_name=[*map(word, _all.event_name)])
    page.figure(
        ways,
        charts.heatmap(_rows, "step_no", "event_name", "session_share"),
        "{share} of visits have ended after their first step",
        "What visits do at their first, second, third step, % of all visits; {basis}.",
        share=RATE.text(_ended),
        basis=basis,
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_ways(basis, picked, ways):
    mo.stop(picked["ways"] != "paths")
    _all = ways.to_pandas(12)
    _rows = _all.assign(sequence=[" → ".join(map(word, way.split(" > "))) for way in _all.sequence])
    _top = highest(_rows, "sequence", "session_count")
    page.figure(
        ways,
        charts.ranked_bars(_rows, "sequence", "session_share", as_given=True, highlight=_top.labels),
        _top.say("Most frequent way: {names}, {value} visits", "No way is clearly the commonest"),
        "Visits by the way they took, the first five steps, repeats taken as one; {shown} of {total_rows:,} ways, {basis}.",
        shown=len(_rows),
        basis=basis,
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_buyers(basis, picked, ways):
    mo.stop(picked["ways"] != "buyers")
    _all, _low, _high = ways.to_pandas(12), "low_difference", "high_difference"
    mo.stop(_all.empty, page.empty("visits"))
    _rows = _all.assign(way=[f"{word(a)} → {word(b)}" for a, b in zip(_all["from"], _all["to"], strict=True)])
    _top = highest(_rows, "way", "rate_difference")
    page.figure(
        ways,
        charts.ranked_intervals(_rows, "way", "rate_difference", _low, _high, average=0, highlight=_top.labels),
        _top.say("Visits that buy go {names} oftener, by {value}", "No step sets visits that buy clearly apart"),
        "Share of the {converted_total} visits that bought which took the step before they did, minus the share of the "
        "{other_total} others, 99% confidence interval; {shown} of {total_rows:,} steps, {basis}. Where they differ, not why.",
        shown=len(_rows),
        basis=basis,
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_owed(choice, owed):
    _main, _rows = owed["last_non_direct"], shares_by_rule(owed, "last_non_direct")
    mo.stop(_rows.empty, page.missing("orders", "which visits the orders came by"))
    _models, _untracked = list(rule_labels().values()), _rows[_rows.channel == wording("(untracked)")]
    _long = _rows.melt("channel", _models, "rule")
    page.figure(
        _main,
        charts.dot_plot(_long, "channel", "value", "rule", unit=RATE, order=_models),
        "{share} of orders are owed to no known channel",
        (
            "Share of orders that each channel is owed by four rules, {during}; n = {n:,.0f} orders. No rule shows what a "
            "channel caused; the removal effect supposes that the next visit depends on the last one only.",
            "The filters do not cut this figure: an order may be owed to any visit before it." if choice.where else "",
        ),
        share=RATE.text(_untracked.conversion_share.sum()),
        during=choice.during_text,
        n=_rows.conversion_count.sum(),
        beside=[found for found in owed.values() if found is not _main],
        frame=_rows[["channel", *_models]],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_habits(basis, moves, often):
    _days, _months = often.to_pandas(10), moves.to_pandas()
    _whole = _months[_months.is_complete & _months.returning_rate.notna()]
    mo.stop(_days.empty or _whole.empty)
    _once = say("{share} came on one day only", share=often.text("customer_share", _days.customer_share.iloc[0]))
    _told = "Visitors by the number of days on which they came, {basis}. Whoever is watched longer has more days."
    _bars = charts.ranked_bars(_days, "active_days", "customer_share", n="customer_count", as_given=True, height=240)
    _up = {"new_count": "new", "returning_count": "returning", "resurrecting_count": "resurrecting"}
    _flow = page.figure(
        moves,
        charts.flow_bars(_months, "period_on", _up, {"dormant_count": "stayed away"}, height=240),
        "{rate} of the people of one month came back in {month}",
        "People active in each month: new, back from the month before, back after a pause; below the line who stayed away. "
        "Lighter: not complete. The log’s first months hold people who are not new.",
        rate=moves.text("returning_rate", _whole.returning_rate.iloc[-1]),
        month=format_month(_whole.period_on.iloc[-1]),
        goal=keep,
    )
    _often = page.figure(often, _bars, _once, _told, basis=basis, frame=_days, goal=keep)
    page.two_up(_often, _flow, more=say("How often they come, and who comes back"))
    return


@app.cell(hide_code=True)
def so_what(basis, dead, searches):
    mo.stop(not searches.rows_total)
    page.action(
        "Look at what a search for {names} finds" if dead.labels else "Look at what the commonest searches find",
        "Search for it yourself, on a phone. Is anything found, is it in stock, is the first result the right one? Change "
        "that, and compare the visits that search for it before and after. ({basis}.)",
        searches,
        columns=["term", "search_count", "visit_count", "conversion_with"],
        most=10,
        file_name="search-terms",
        names=all_of(dead.labels),
        basis=basis,
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Compare what the first visit is owed with what the last one is. Which channel would you cut by the one reading, and
    what would the other have told you?
    """)
    return


@app.cell(hide_code=True)
def definitions(moves, now, often, owed, searches, seen, ways):
    page.definitions(now, seen, searches, ways, *owed.values(), often, moves)
    return


if __name__ == "__main__":
    app.run()
