# chapter: Visits
# 中文: 访问行为
# question: How do customers find the shop, and where do they leave it?
# goal: Optimise the conversion path
# needs: orders, events

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, metrics, open_shop, page
    from customary.page.chapters import chapters
    from customary.query.goals import goal_of
    from customary.query.passport import passport
    from customary.query.study import study_named
    from customary.standard import tables
    from customary.units import COUNT, RATE, RATIO, SECONDS

    shop = open_shop()
    shown = (metrics.session_count, metrics.bounce_rate, metrics.average_visit_duration, metrics.pages_per_visit)
    shown += (metrics.visit_conversion_rate,)
    more = (metrics.visitor_count, metrics.visits_per_visitor, metrics.unengaged_rate, metrics.page_view_count)
    more += (metrics.visit_cart_abandonment_rate, metrics.known_visit_rate, metrics.visits_per_known_customer)
    _aim = goal_of(metrics.visit_conversion_rate, shop.rules)
    goal = _aim.goal if _aim else ""


@app.cell(hide_code=True)
def header(choice):
    page.header(shop, "04_visits", chapters(mo.notebook_dir()), query=choice.query)
    return


@app.cell(hide_code=True)
def question():
    page.question(
        "How do customers find the shop, and where do they leave it?",
        "How people reach the shop – by typing its address, by search, through social media or advertising – how often "
        "they come, how long they stay, which way they take and where most of them are lost: the purchase journey, "
        "its motives and its barriers.",
        goal,
        ("events",),
    )
    return


@app.cell(hide_code=True)
def controls():
    _ways = ("channel", "device", "platform")
    _values = {name: [row[name] for row in page.rows(shop, metrics.session_count, by=name)] for name in _ways}
    _first = page.studied(shop, "visit_span").row.first_on
    offer = page.offered(shop, _first, splits=_ways, wheres=_values)
    bar = page.controls(offer)
    bar
    return bar, offer


@app.cell(hide_code=True)
def chosen(bar, offer):
    choice = page.chosen(offer, bar.value)
    asked = {"during": choice.during, "where": choice.where}
    return asked, choice


@app.cell(hide_code=True)
def headline_numbers(asked, choice):
    mo.stop(not shop.snapshot.rows["sessions"], page.missing("events table", tables()["events"].adds))
    now = page.rows(shop, *shown, *more, **asked)[0]
    mo.stop(not now["session_count"], page.empty("visits"))
    _earlier = {"during": choice.against, "where": choice.where}
    before = page.rows(shop, *shown, **_earlier)[0] if choice.against else {}
    course = page.values(shop, *shown, every=choice.every, **asked)
    n_text = f"{choice.during_text} · n {now['session_count']:,} visits"
    return before, course, n_text, now


@app.cell(hide_code=True)
def headline(before, choice, course, now):
    _aims = {metric.name: goal_of(metric, shop.rules) for metric in shown}
    page.tiles(
        page.tile(
            metric,
            now[metric.name],
            before.get(metric.name),
            wanted="down" if metric is metrics.bounce_rate else "up",
            against=choice.against_text,
            target=_aims[metric.name].target_from(before.get(metric.name)) if _aims[metric.name] else None,
            n=int(now["session_count"]) if metric.per else None,
            spark=course[course.is_complete][metric.name].tolist(),
        )
        for metric in shown
    )
    return


@app.cell(hide_code=True)
def finding_sources(asked, now):
    sources = page.studied(shop, "visit_mix", by="channel", **asked).frame
    _named = sources.dropna(subset=["label"])
    _ranked = _named[_named.session_count >= 100].sort_values("visit_conversion_rate")
    mo.stop(_ranked.empty, page.missing("source of visits", "which channel each visit came by"))
    page.finding(
        "Where they come from",
        "{top} brings {share} of the {n} visits; {unknown} have no known source. {best} converts best ({high}), "
        "{worst} least ({low}). Bounces are {classic} of visits if one page at most is a bounce, and {google} by "
        "Google's definition: under ten seconds, fewer than two pages, no purchase.",
        top=_named.label.iloc[0].capitalize(),
        share=RATE.text(_named.session_share.iloc[0]),
        n=int(now["session_count"]),
        unknown=RATE.text(sources.session_share[sources.label.isna()].sum()),
        best=_ranked.label.iloc[-1].capitalize(),
        high=RATE.text(_ranked.visit_conversion_rate.iloc[-1]),
        worst=_ranked.label.iloc[0],
        low=RATE.text(_ranked.visit_conversion_rate.iloc[0]),
        classic=RATE.text(now["bounce_rate"]),
        google=RATE.text(now["unengaged_rate"]),
    )
    return (sources,)


@app.cell(hide_code=True)
def figure_sources(asked, n_text, sources):
    _names = {"label": "Source", "bounce_rate": "Bounce rate, one page", "unengaged_rate": "Bounce rate, GA4"}
    _how = {"unit": RATE, "n": "session_count", "goal": goal, "names": _names, "height": 260}
    _first = sources.label.fillna("Unknown").iloc[0]
    _figures = [
        page.ranking(
            title,
            *(sources, "label", value, f"{said} · {n_text}"),
            **{**_how, "passport": passport(shop, metric, **asked).told()},
        )
        for title, value, said, metric in (
            (f"{_first.capitalize()} leads", "session_share", "Share of visits by source", metrics.session_count),
            ("Who buys", "visit_conversion_rate", "Visit conversion rate, same order", metrics.visit_conversion_rate),
            ("Who leaves at once", "bounce_rate", "Bounce rate (one page at most)", metrics.bounce_rate),
            ("Who did not engage", "unengaged_rate", "Bounce rate by Google's definition", metrics.unengaged_rate),
        )
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_time(asked, choice, course, n_text):
    _parts = page.values(shop, *shown, by=choice.by, every=choice.every, **asked)
    _running = int((~course.is_complete).sum())
    _best = course[course.is_complete].nlargest(1, "session_count")[choice.every].astype(str).tolist()
    page.figure(
        f"Most visits in the {choice.every} from {_best[0]}" if _best else "Visits so far",
        charts.stacked_bars(_parts, choice.every, "session_count", choice.by[0])
        if choice.by
        else charts.line_over_time(course, choice.every, "session_count"),
        f"Visits by {choice.every} · {n_text} · "
        + (f"{_running} {choice.every} not whole, lighter" if _running else f"all {choice.every}s are whole"),
        passport=passport(shop, metrics.session_count, **asked).told(),
        table=page.sheet(_parts),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_rates(asked, choice, course, n_text):
    _ends = course[course.is_complete]
    page.two_up(
        *(
            page.figure(
                f"{metric.name.replace('_', ' ').capitalize()}: between {RATE.text(_ends[metric.name].min())} "
                f"and {RATE.text(_ends[metric.name].max())}",
                charts.line_over_time(course, choice.every, metric.name, unit=RATE, n="session_count", height=240),
                f"{metric.definition} By {choice.every} · {n_text}",
                passport=passport(shop, metric, **asked).told(),
                table=page.sheet(course),
                goal=goal,
            )
            for metric in (metrics.visit_conversion_rate, metrics.bounce_rate)
        )
    )
    return


@app.cell(hide_code=True)
def finding_hours(asked, n_text):
    _hours = page.studied(shop, "visit_hours", **asked).frame
    _top = _hours.nlargest(1, "session_count").iloc[0]
    page.figure(
        f"Busiest: {_top.weekday_name} from {_top.hour}:00 to {_top.hour + 1}:00",
        charts.heatmap(
            *(_hours, "hour", "weekday_name", "session_count"),
            **{"x_order": [str(hour) for hour in range(24)], "y_order": list(dict.fromkeys(_hours.weekday_name))},
        ),
        f"Visits by weekday and hour in {shop.time_zone} · {n_text}",
        passport=study_named("visit_hours"),
        table=page.sheet(_hours.drop(columns="weekday"), names={"weekday_name": "Weekday"}, most=24),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_funnel(asked, now):
    funnel = page.studied(shop, "visit_funnel", **asked).frame
    lost = funnel.dropna(subset=["step_rate"]).nsmallest(1, "step_rate").to_dict("records")
    mo.stop(not lost)
    page.finding(
        "Where they are lost",
        "Of {n} visits {bought} bought. The greatest loss is before “{step}”: {part} of the visits that came "
        "that far went no further. Of visits with something in the cart {left} left it there.",
        n=int(now["session_count"]),
        bought=RATE.text(now["visit_conversion_rate"]),
        step=lost[0]["step"],
        part=RATE.text(1 - lost[0]["step_rate"]),
        left=RATE.text(now["visit_cart_abandonment_rate"]),
    )
    return funnel, lost


@app.cell(hide_code=True)
def figure_funnel(funnel, lost, n_text):
    page.figure(
        f"{RATE.text(1 - lost[0]['step_rate'])} are lost before “{lost[0]['step']}”",
        charts.funnel_bars(funnel, "step", "session_count", "overall_rate", "step_rate"),
        f"Visits that got to each step within the visit · {n_text}",
        passport=study_named("visit_funnel"),
        table=page.told(funnel),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_pages(asked, n_text):
    _pages = page.studied(shop, "pages", n=15, **asked).frame
    mo.stop(_pages.empty, page.missing("page in its events", "the pages seen most, and where visits end"))
    _how = {"passport": study_named("pages"), "goal": goal, "n": "view_count", "height": 360}
    _ends = _pages.nlargest(1, "exit_count").iloc[0]
    _held = _pages.nlargest(1, "dwell_seconds").page.tolist()
    page.two_up(
        page.ranking(
            f"Most visits end on {_ends.page}: {_ends.exit_count:,}",
            *(_pages, "page", "exit_rate"),
            f"Share of views that ended the visit, the page seen most first · {n_text}",
            **{**_how, "unit": RATE},
        ),
        page.ranking(
            f"{_held[0]} holds them longest" if _held else "How long pages hold them",
            *(_pages, "page", "dwell_seconds"),
            f"Time until the next page, on average; a visit's last page is not timed · {n_text}",
            **{**_how, "unit": SECONDS},
        ),
    )
    return


@app.cell(hide_code=True)
def finding_flow(asked, n_text):
    _flow = page.studied(shop, "page_flow", n=15, **asked).frame
    mo.stop(_flow.empty)
    page.ranking(
        f"Commonest step: {_flow.event_name.iloc[0]}, then {_flow.following.iloc[0]}",
        *(_flow.assign(step=_flow.event_name + " → " + _flow.following), "step", "share"),
        f"Share among all that follows the first, the commonest step first · {n_text}",
        **{"unit": RATE, "n": "pair_count", "height": 380, "goal": goal, "passport": study_named("page_flow")},
    )
    return


@app.cell(hide_code=True)
def finding_devices(asked):
    _ways = {"device": "device", "os": "operating system", "browser": "browser", "network": "network"}
    machines = {word: page.studied(shop, "visit_mix", by=way, n=10, **asked).frame for way, word in _ways.items()}
    _known = machines["device"].dropna(subset=["label"])
    mo.stop(_known.empty)
    _ranked = _known.sort_values("visit_conversion_rate")
    page.finding(
        "On which devices",
        "{top} makes {share} of the visits. Conversion is {high} on {best} and {low} on {worst}: adapt the shop to "
        "the one that is used much and buys little.",
        top=_known.label.iloc[0].capitalize(),
        share=RATE.text(_known.session_share.iloc[0]),
        best=_ranked.label.iloc[-1],
        high=RATE.text(_ranked.visit_conversion_rate.iloc[-1]),
        worst=_ranked.label.iloc[0],
        low=RATE.text(_ranked.visit_conversion_rate.iloc[0]),
    )
    return (machines,)


@app.cell(hide_code=True)
def figure_devices(asked, machines, n_text):
    _figures = [
        page.ranking(
            f"{frame.label.fillna('Unknown').iloc[0]} with {RATE.text(frame.session_share.iloc[0])} of visits",
            *(frame, "label", "visit_conversion_rate"),
            f"Visit conversion rate by {word}, most visits first · {n_text}",
            **{"unit": RATE, "n": "session_count", "height": 240, "goal": goal, "names": {"label": word.capitalize()}},
            passport=passport(shop, metrics.visit_conversion_rate, **asked).told(),
        )
        for word, frame in machines.items()
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_frequency(asked, choice, now):
    _bands = page.studied(shop, "visit_frequency", **asked).frame
    page.ranking(
        f"{RATE.text(_bands[_bands.position == 0].visitor_share.sum())} of visitors came once",
        *(_bands, "band", "visitor_count"),
        f"Visitors by number of visits · {choice.during_text} · n {now['visitor_count']:,} visitors, "
        f"{RATIO.text(now['visits_per_visitor'])} visits each; {RATE.text(now['known_visit_rate'])} of visits were "
        f"logged in, {RATIO.text(now['visits_per_known_customer'])} per customer who did",
        **{"n": "session_count", "height": 240, "goal": "Strengthen stickiness and loyalty"},
        units={"purchases": COUNT},
        passport=passport(shop, metrics.visits_per_visitor, **asked).told(),
    )
    return


@app.cell(hide_code=True)
def finding_interactions(asked, n_text):
    _done = page.studied(shop, "interactions", **asked).frame
    _done = _done[_done.visit_count > 0]
    _strong = _done[_done.event_name != "add_to_cart"].nlargest(1, "lift")
    mo.stop(_strong.empty)
    page.ranking(
        f"Visits that {_strong.action.iloc[0]} buy {RATIO.text(_strong.lift.iloc[0])} times as often as the others",
        *(_done, "action", "visit_rate"),
        f"Share of visits with each action · {n_text} · a sign of intent, not a cause",
        **{"unit": RATE, "n": "visit_count", "height": 240, "goal": goal, "passport": study_named("interactions")},
        units={"conversion_with": RATE, "conversion_without": RATE, "lift": RATIO},
        names={"lift": "Times as often", "conversion_with": "Buys with", "conversion_without": "Buys without"},
    )
    return


@app.cell(hide_code=True)
def finding_searches(asked, choice):
    _terms = page.studied(shop, "search_terms", n=15, **asked).frame
    mo.stop(_terms.empty)
    page.ranking(
        f"They look for “{_terms.term.iloc[0]}” most: {RATE.text(_terms.search_share.iloc[0])} of searches",
        *(_terms, "term", "search_count", f"Searches by term · {choice.during_text}"),
        **{"n": "visitor_count", "height": 360, "goal": goal, "passport": study_named("search_terms")},
    )
    return


@app.cell(hide_code=True)
def so_what(asked, now):
    mo.stop(not now["session_count"])
    _gaps = page.studied(shop, "visit_gaps", **asked).frame
    _below = _gaps[_gaps.verdict == "below"].rename(columns={"average": "all_visits_rate"})
    _advice = [
        f"Visits by {row['way'].replace('_', ' ')} {row['label']} buy in {RATE.text(row['visit_conversion_rate'])} of "
        f"{row['session_count']:,} cases, all visits in {RATE.text(row['all_visits_rate'])}. At that rate they would "
        f"have brought {row['missed_purchases']:,.0f} more purchases. Look at what these visitors were promised and "
        "at the first page they see, change one thing, and test it."
        for row in _below.head(1).to_dict("records")
    ] or ["No source, device or landing page with 200 visits converts clearly less than the others."]
    page.action(
        "Mend the way in that loses most purchases",
        _advice[0],
        page.sheet(
            _below.drop(columns=["low", "high", "verdict"]),
            units={"missed_purchases": COUNT},
            names={"way": "Split by", "label": "Group"},
            of=len(_gaps),
        ),
        "ways-in-below-average",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise(
        "Compare the two bounce rates by source. Which sources change places, and which of the two definitions would "
        "you put into a contract with an advertising partner?\n\n"
        "Filter by one source and look at the funnel. Is the greatest loss at the same step as for all visits?\n\n"
        "Visits that search buy more often. Would a larger search box raise purchases? Say how you would find out."
    )
    return


@app.cell(hide_code=True)
def definitions():
    page.definitions([*shown, *more])
    return


if __name__ == "__main__":
    app.run()
