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
    from customary.page.totals import part_text
    from customary.wording import say, word

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
    course, sources = measure(shop, *tiles, every=choice.every, **asked), study(shop, "visit_mix", **asked)
    _ways = {"device": "device", "operating system": "os", "browser": "browser", "network": "network"}
    machines = {name: study(shop, "visit_mix", by=way, **asked) for name, way in _ways.items()}
    hours, often = study(shop, "visit_hours", **asked), study(shop, "visit_frequency", **asked)
    funnel, gaps = study(shop, "visit_funnel", **asked), study(shop, "visit_gaps", **asked)
    pages, flow = study(shop, "pages", **asked), study(shop, "page_flow", **asked)
    actions, searches = study(shop, "interactions", **asked), study(shop, "search_terms", **asked)
    return actions, course, flow, funnel, gaps, hours, machines, now, often, pages, searches, sources, tiles


@app.cell(hide_code=True)
def headline(choice, now, tiles, when):
    mo.stop(not shop.snapshot.rows["sessions"], page.missing("events", "visits, their sources, paths and conversion"))
    mo.stop(not now.first["session_count"], page.empty("visits"))
    basis = say("{when}; n = {n} visits", when=when, n=now.text("session_count"))
    _template = (
        "{visitor_count} visitors came {visits_per_visitor} times each; {visit_conversion_rate} of {session_count} visits "
        "bought. {known_visit_rate} of visits were logged in, {visits_per_known_customer} per customer who did: {when}."
    )
    mo.vstack([page.sentence(_template, now, when=when), page.headline(shop, choice, *tiles)])
    return (basis,)


@app.cell(hide_code=True)
def finding_sources(basis, now, sources):
    _rows, _known = sources.to_pandas(), sources.to_pandas().dropna(subset=["label"])
    mo.stop(_known.empty, page.missing("source of visits", "which channel each visit came by"))
    page.finding(
        "Where they come from",
        "“{top}” brings {share} of visits; {unknown} have no known source. The bounce rate is {bounce_rate} where one page "
        "at most is a bounce, {unengaged_rate} by Google Analytics 4 (under ten seconds, one page, no purchase): {basis}.",
        now,
        sources,
        basis=basis,
        top=sources.text("label", _known.label.iloc[0]),
        share=sources.text("session_share", _known.session_share.iloc[0]),
        unknown=part_text(sources, "session_share", _rows[_rows.label.isna()]),
    )
    return


@app.cell(hide_code=True)
def figure_sources(basis, sources):
    _rows = sources.to_pandas(15).fillna({"label": "unknown"})
    _long = _rows.melt(["label", "session_count"], ["visit_conversion_rate", "bounce_rate", "unengaged_rate"], "rate")
    _long = _long.assign(rate=[sources.column(name).label() for name in _long.rate])
    _most, _best = highest(_rows, "label", "session_count"), highest(_rows, "label", "visit_conversion_rate")
    _bars = charts.ranked_bars(_rows, "label", "session_share", as_given=True, highlight=_most.labels)
    _dots = charts.dot_plot(_long, "label", "value", "rate", n="session_count")
    _shown = say(
        "{n} of {total} sources, most visits first, {basis}.", n=len(_rows), total=sources.rows_total, basis=basis
    )
    _share = _most.say("Most visits come from {names}", "No source clearly brings the most visits")
    _rate = _best.say("Visits from {names} buy most often: {value}", "No source clearly converts best")
    page.two_up(
        page.figure(sources, _bars, _share, ("Share of visits by source.", _shown), frame=_rows, goal=goal),
        page.figure(
            sources, _dots, _rate, ("Conversion and both bounce rates by source.", _shown), frame=_rows, goal=goal
        ),
    )
    return


@app.cell(hide_code=True)
def finding_funnel(basis, funnel, now):
    _rows = funnel.to_pandas()
    _lost = _rows.loc[_rows.step_rate.idxmin()]
    _part, _step = funnel.text("step_rate", 1 - _lost.step_rate), funnel.text("step", _lost.step)
    _template = "{visit_cart_abandonment_rate} of visits with a cart left without a purchase: {basis}."
    _said = page.finding("Where they leave", _template, now, basis=basis)
    _drawing = charts.funnel_bars(_rows, "step", "session_count", "overall_rate", "step_rate")
    _title = say("{part} are lost before “{step}”", part=_part, step=_step)
    _about = say("Visits that got to each step within the visit, {basis}.", basis=basis)
    mo.vstack([_said, page.figure(funnel, _drawing, _title, _about, goal=goal)])
    return


@app.cell(hide_code=True)
def finding_pages(basis, pages):
    _rows = pages.to_pandas(15)
    mo.stop(_rows.empty, page.missing("page in its events", "the pages seen most, and where visits end"))
    _tops = {name: highest(_rows, "page", name) for name in ("exit_rate", "dwell_seconds")}
    _figures = [
        page.figure(
            pages,
            charts.ranked_bars(_rows, "page", name, n=pages.column(name).n, as_given=True, highlight=top.labels),
            top.say("{what}, highest: {names}, {value}", what=pages.column(name).label()),
            (pages.column(name).meaning_in(), "The {shown} of {total_rows:,} pages seen most, {basis}."),
            shown=len(_rows),
            basis=basis,
            frame=_rows,
            goal=goal,
        )
        for name, top in _tops.items()
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_interactions(actions, basis):
    _rows = actions.to_pandas().query("visit_count > 0 and event_name != 'add_to_cart'")
    mo.stop(_rows.empty)
    _top = highest(_rows, "action", "conversion_with")
    _bars = charts.ranked_bars(_rows, "action", "conversion_with", n="visit_count", highlight=_top.labels)
    _title = _top.say("Visits with “{names}” buy most often: {value}", "No action clearly goes with more purchases")
    _told = "Conversion rate of visits with each action, the cart apart, {basis}. A sign of intent, not a cause."
    page.figure(actions, _bars, _title, _told, basis=basis, frame=_rows, goal=goal)
    return


@app.cell(hide_code=True)
def finding_time(basis, choice, course, tiles):
    _rows = course.to_pandas()
    _note = "" if _rows.is_complete.all() else "Dotted: not complete."
    _figures = [
        page.figure(
            course,
            charts.line_over_time(_rows, choice.every, name, height=240),
            "{what}: {low} to {high}",
            (course.column(name).meaning_in(), "By {period}, {basis}.", _note),
            what=course.column(name).label(),
            low=course.text(name, _rows[name].min()),
            high=course.text(name, _rows[name].max()),
            period=word(choice.every),
            basis=basis,
            goal=goal,
        )
        for name in tiles[:4]
    ]
    page.two_up(*_figures, more=say("How visits, conversion, bounces and duration changed"))
    return


@app.cell(hide_code=True)
def finding_hours(basis, hours, now, often):
    _rows, _people = hours.to_pandas(), often.to_pandas()
    _at = [say("{day}, {hour}:00", day=word(row.weekday_name), hour=row.hour) for row in _rows.itertuples()]
    _hours, _days = [str(hour) for hour in range(24)], list(dict.fromkeys(map(word, _rows.weekday_name)))
    _top = highest(_rows.assign(at=_at), "at", "session_count").say("Busiest hour: {names}", "No hour clearly leads")
    _grid = charts.heatmap(_rows, "hour", "weekday_name", "session_count", x_order=_hours, y_order=_days)
    _bars = charts.ranked_bars(_people, "label", "visitor_count", as_given=True)
    _zone = say("Visits by weekday and hour, time of {zone}, {basis}.", zone=shop.time_zone, basis=basis)
    _share = often.text("visitor_share", _people.visitor_share[_people.position == 0].sum())
    _once = say("{share} of visitors came once", share=_share)
    _about, _all = "Visitors by number of visits, {basis} of {visitor_count} visitors.", now.text("visitor_count")
    _often = page.figure(often, _bars, _once, _about, basis=basis, visitor_count=_all, beside=[now], goal=goal)
    _when = page.figure(hours, _grid, _top, _zone, goal=goal)
    page.two_up(_when, _often, more=say("When and how often they come"))
    return


@app.cell(hide_code=True)
def finding_devices(basis, machines):
    _rows = {way: mix.to_pandas(10).fillna({"label": "unknown"}) for way, mix in machines.items()}
    _figures = [
        page.figure(
            machines[way],
            charts.ranked_bars(rows, "label", "visit_conversion_rate", n="session_count", as_given=True, height=240),
            "{largest}: {session_share} of visits, of which {visit_conversion_rate} bought",
            "Visit conversion rate by {way}, {basis}; {shown} of {total_rows} groups, largest first.",
            largest=machines[way].text("label", rows.label.iloc[0]),
            way=word(way),
            basis=basis,
            shown=len(rows),
            frame=rows,
            goal=goal,
        )
        for way, rows in _rows.items()
    ]
    page.two_up(*_figures, more=say("Devices, operating systems, browsers and networks"))
    return


@app.cell(hide_code=True)
def finding_searches(basis, flow, searches):
    _rows, _terms, _figures = flow.to_pandas(15), searches.to_pandas(15), []
    if len(_rows):
        _pairs = zip(_rows.event_name, _rows.following, strict=True)
        _drawn = _rows.assign(step=[" → ".join((word(one), word(then))) for one, then in _pairs])
        _top = highest(_drawn, "step", "pair_count")
        _title = _top.say("Most frequent step: {names}, {value} times", "No step clearly leads")
        _told = "Share among all that follows the first event, {basis}; {shown} of {total_rows:,} steps."
        _bars = charts.ranked_bars(_drawn, "step", "share", n="pair_count", as_given=True, highlight=_top.labels)
        _figures.append(page.figure(flow, _bars, _title, _told, basis=basis, shown=len(_rows), frame=_rows, goal=goal))
    if len(_terms):
        _term = highest(_terms, "term", "search_count")
        _most = _term.say("Searched for most: “{names}”, {value} times", "No term is clearly searched for most")
        _line = "Searches by term, {basis}; {shown} of {total_rows:,} terms."
        _drawing = charts.ranked_bars(_terms, "term", "search_count", n="visitor_count", highlight=_term.labels)
        _figures += [
            page.figure(searches, _drawing, _most, _line, basis=basis, shown=len(_terms), frame=_terms, goal=goal)
        ]
    mo.stop(not _figures)
    page.two_up(*_figures, more=say("Which step follows which, and what they search for"))
    return


@app.cell(hide_code=True)
def so_what(basis, gaps):
    _one = next((row for row in gaps.to_pylist() if row["verdict"] == "below"), {})
    _loss = (
        "Visits by {way} {label} convert significantly less than all visits ({rate} of {n}, all: {average}); at the rate "
        "of all there would be {missed} more purchases. Look at what these visitors were promised and at the first page "
        "they see, change one thing, and test it. ({basis}; intervals of 99%.)"
    )
    _none = "No entry with 200 visits converts significantly less than the others. ({basis}; intervals of 99%.)"
    page.action(
        "Improve an entry that loses purchases",
        _loss if _one else _none,
        gaps,
        most=10,
        file_name="entries-below-average",
        basis=basis,
        way=word(_one.get("way", "").replace("_", " ")),
        label=gaps.text("label", _one.get("label")),
        rate=gaps.text("visit_conversion_rate", _one.get("visit_conversion_rate")),
        n=gaps.text("session_count", _one.get("session_count")),
        missed=gaps.text("missed_purchases", _one.get("missed_purchases")),
    )
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
