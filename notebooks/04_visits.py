# chapter: Visits
# 中文: 访问行为
# question: How do customers find the shop, and where do they leave it?
# goal: Optimise the conversion path
# needs: events, orders
# figure: visit_conversion_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Visits")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page.superlatives import highest

    shop = open_shop()
    first = study(shop, "visit_span").first.get("first_on")
    offer = page.offer(shop, "channel", "device", "platform", frame="sessions", splits=False, first_day=first)
    goal = "Optimise the conversion path"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "04_visits",
        "How do customers find the shop, and where do they leave it?",
        "How people reach the shop, how often they come, how long they stay, which way they take, where they leave.",
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
def chosen(bar):
    choice = page.choose(offer, bar.value)
    asked, when = choice.query_options, choice.during_text
    return asked, choice, when


@app.cell(hide_code=True)
def answers(asked, choice):
    tiles = ("session_count", "visit_conversion_rate", "bounce_rate", "average_visit_duration", "pages_per_visit")
    _more = ("visitor_count", "visits_per_visitor", "unengaged_rate", "page_view_count", "visit_cart_abandonment_rate")
    now = measure(shop, *tiles, *_more, "known_visit_rate", "visits_per_known_customer", **asked)
    course = measure(shop, *tiles, every=choice.every, **asked)
    sources = study(shop, "visit_mix", **asked)
    _ways = {"device": "device", "operating system": "os", "browser": "browser", "network": "network"}
    machines = {word: study(shop, "visit_mix", by=way, **asked) for word, way in _ways.items()}
    hours, often = study(shop, "visit_hours", **asked), study(shop, "visit_frequency", **asked)
    funnel, gaps = study(shop, "visit_funnel", **asked), study(shop, "visit_gaps", **asked)
    pages, flow = study(shop, "pages", **asked), study(shop, "page_flow", **asked)
    actions, searches = study(shop, "interactions", **asked), study(shop, "search_terms", **asked)
    return actions, course, flow, funnel, gaps, hours, machines, now, often, pages, searches, sources, tiles


@app.cell(hide_code=True)
def headline(choice, now, tiles, when):
    mo.stop(not shop.snapshot.rows["sessions"], page.missing("events", "visits, their sources, paths and conversion"))
    mo.stop(not now.first["session_count"], page.empty("visits"))
    basis = f"{when}; n = {now.text('session_count')} visits"
    _template = (
        "{visitor_count} visitors came {visits_per_visitor} times each; {visit_conversion_rate} of {session_count} visits "
        "bought. {known_visit_rate} of visits were logged in, {visits_per_known_customer} per customer who did: {when}."
    )
    mo.vstack([page.sentence(_template, now, when=when), page.headline(shop, choice, *tiles)])
    return (basis,)


@app.cell(hide_code=True)
def finding_sources(basis, now, sources):
    _rows = sources.to_pandas()
    _known = _rows.dropna(subset=["label"])
    mo.stop(_known.empty, page.missing("source of visits", "which channel each visit came by"))
    page.finding(
        "Where they come from",
        "{top} brings {share} of visits; {unknown} have no known source. The bounce rate is {bounce_rate} where one page "
        "at most is a bounce, {unengaged_rate} by Google Analytics 4 (under ten seconds, one page, no purchase): {basis}.",
        now,
        sources,
        basis=basis,
        top=_known.label.iloc[0].capitalize(),
        share=sources.text("session_share", _known.session_share.iloc[0]),
        unknown=sources.text("session_share", _rows.session_share[_rows.label.isna()].sum()),
    )
    return


@app.cell(hide_code=True)
def figure_sources(basis, sources):
    # Who has more of all visits is a matter of their counts.
    _ways = {"session_share": "session_count", "visit_conversion_rate": "", "bounce_rate": "", "unengaged_rate": ""}
    _rows = sources.to_pandas(15).fillna({"label": "unknown"})
    _figures = [
        page.figure(
            sources,
            charts.ranked_bars(_rows, "label", value, n="session_count", as_given=True, height=240),
            f"{sources.column(value).en}, highest: "
            + highest(_rows, "label", by or value, n="session_count").say("{names}"),
            f"{sources.column(value).en} by source, most visits first, {basis}; {len(_rows)} of {sources.rows_total} sources.",
            frame=_rows,
            goal=goal,
        )
        for value, by in _ways.items()
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_time(basis, choice, course, tiles):
    _rows = course.to_pandas()
    _note = "" if _rows.is_complete.all() else " Dotted: not complete."
    _figures = [
        page.figure(
            course,
            charts.line_over_time(_rows, choice.every, name, height=240),
            f"{course.column(name).en}: {course.text(name, _rows[name].min())} to {course.text(name, _rows[name].max())}",
            f"{course.column(name).meaning} By {choice.every}, {basis}.{_note}",
            goal=goal,
        )
        for name in tiles[:4]
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_hours(basis, hours):
    _rows = hours.to_pandas()
    _rows = _rows.assign(at=_rows.weekday_name + ", " + _rows.hour.astype(str) + ":00")
    _hours, _days = [str(hour) for hour in range(24)], list(dict.fromkeys(_rows.weekday_name))
    page.figure(
        hours,
        charts.heatmap(_rows, "hour", "weekday_name", "session_count", x_order=_hours, y_order=_days),
        highest(_rows, "at", "session_count").say("Most visits in the hour of {names}", "No hour clearly leads"),
        f"Visits by weekday and hour, {shop.time_zone} time, {basis}.",
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_funnel(basis, funnel, now):
    _rows = funnel.to_pandas()
    _lost = _rows.loc[_rows.step_rate.idxmin()]
    _part = funnel.text("step_rate", 1 - _lost.step_rate)
    _template = "{visit_cart_abandonment_rate} of visits with a cart left without a purchase: {basis}."
    _said = page.finding("Where they leave", _template, now, basis=basis)
    _drawing = charts.funnel_bars(_rows, "step", "session_count", "overall_rate", "step_rate")
    _title, _measure = f"{_part} are lost before “{_lost.step}”", "Visits that got to each step within the visit"
    mo.vstack([_said, page.figure(funnel, _drawing, _title, f"{_measure}, {basis}.", goal=goal)])
    return


@app.cell(hide_code=True)
def finding_pages(basis, pages):
    _rows = pages.to_pandas(15)
    mo.stop(_rows.empty, page.missing("page in its events", "the pages seen most, and where visits end"))
    _figures = [
        page.figure(
            pages,
            charts.ranked_bars(_rows, "page", value, n=pages.column(value).n, as_given=True, height=360),
            f"{pages.column(value).en}, highest: " + highest(_rows, "page", value).say("{names}, {value}"),
            f"{pages.column(value).meaning} The {len(_rows)} of {pages.rows_total:,} pages seen most, {basis}.",
            frame=_rows,
            goal=goal,
        )
        for value in ("exit_rate", "dwell_seconds")
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_flow(basis, flow):
    _rows = flow.to_pandas(15).assign(step=lambda row: row.event_name + " → " + row.following)
    mo.stop(_rows.empty)
    page.figure(
        flow,
        charts.ranked_bars(_rows, "step", "share", n="pair_count", as_given=True, height=380),
        highest(_rows, "step", "pair_count").say("Most frequent step: {names}, {value} times", "No step clearly leads"),
        f"Share among all that follows the first event, {basis}; {len(_rows)} of {flow.rows_total:,} steps.",
        frame=_rows.drop(columns="step"),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_devices(basis, machines):
    _rows = {way: mix.to_pandas(10).fillna({"label": "unknown"}) for way, mix in machines.items()}
    _figures = [
        page.figure(
            machines[way],
            charts.ranked_bars(rows, "label", "visit_conversion_rate", n="session_count", as_given=True, height=240),
            f"{rows.label.iloc[0]}: {machines[way].text('session_share')} of visits, of which "
            f"{machines[way].text('visit_conversion_rate')} bought",
            f"Visit conversion rate by {way}, {basis}; {len(rows)} of {machines[way].rows_total} groups, largest first.",
            frame=rows,
            goal=goal,
        )
        for way, rows in _rows.items()
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_frequency(basis, now, often):
    _rows = often.to_pandas()
    page.figure(
        often,
        charts.ranked_bars(_rows, "label", "visitor_count", as_given=True, height=240),
        f"{often.text('visitor_share', _rows.visitor_share[_rows.position == 0].sum())} of visitors came once",
        f"Visitors by number of visits, {basis} of {now.text('visitor_count')} visitors.",
        beside=[now],
        goal="Strengthen stickiness and loyalty",
    )
    return


@app.cell(hide_code=True)
def finding_interactions(actions, basis):
    _rows = actions.to_pandas().query("visit_count > 0")
    _rows = _rows[_rows.event_name != "add_to_cart"]
    mo.stop(_rows.empty)
    _none = "No action clearly goes with more purchases than the others"
    page.figure(
        actions,
        charts.ranked_bars(_rows, "action", "conversion_with", n="visit_count", height=240),
        highest(_rows, "action", "conversion_with").say("Visits that {names} buy most often: {value}", _none),
        f"Conversion rate of visits with each action, the cart apart, {basis}. A sign of intent, not a cause.",
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_searches(basis, searches):
    _rows = searches.to_pandas(15)
    mo.stop(_rows.empty)
    page.figure(
        searches,
        charts.ranked_bars(_rows, "term", "search_count", n="visitor_count", height=360),
        "Searched for most: " + highest(_rows, "term", "search_count").say("“{names}”, {value} times"),
        f"Searches by term, {basis}; {len(_rows)} of {searches.rows_total:,} terms.",
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def so_what(basis, gaps):
    _below = gaps.to_pandas().query("verdict == 'below'").to_dict("records")
    _advice = [
        f"Visits by {row['way'].replace('_', ' ')} {row['label']} convert significantly less than all visits ("
        f"{gaps.text('visit_conversion_rate', row['visit_conversion_rate'])} of {row['session_count']:,}, all: "
        f"{gaps.text('average', row['average'])}); at the rate of all there would be "
        f"{gaps.text('missed_purchases', row['missed_purchases'])} more purchases. Look at what these visitors were promised "
        "and at the first page they see, change one thing, and test it."
        for row in _below[:1]
    ] or ["No source, device or landing page with 200 visits converts significantly less than the others."]
    _title = "Improve an entry that loses purchases"
    page.action(_title, f"{_advice[0]} ({basis}; intervals of 99%.)", gaps, most=10, file_name="entries-below-average")
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Compare the two bounce rates by source. Which would you put into a contract with an advertising partner?

    Visits that search buy more often. Would a larger search box raise purchases? Say how you would find out.
    """)
    return


@app.cell(hide_code=True)
def definitions(actions, flow, funnel, gaps, hours, now, often, pages, searches, sources):
    page.definitions(now, sources, hours, funnel, pages, flow, often, actions, searches, gaps)
    return


if __name__ == "__main__":
    app.run()
