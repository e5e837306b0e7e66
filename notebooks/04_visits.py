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

    from customary import (
        average_visit_duration,
        bounce_rate,
        charts,
        known_visit_rate,
        measure,
        open_shop,
        page,
        page_view_count,
        pages_per_visit,
        session_count,
        unengaged_rate,
        visit_cart_abandonment_rate,
        visit_conversion_rate,
        visitor_count,
        visits_per_known_customer,
        visits_per_visitor,
    )
    from customary.goals import goal_of
    from customary.page.chapters import chapters
    from customary.passport import passport
    from customary.standard import tables
    from customary.study import study, study_named
    from customary.words import COUNT, RATE, RATIO, SECONDS

    shop = open_shop()


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
        goal_of(visit_conversion_rate).goal,
        ("events",),
    )
    return


@app.cell(hide_code=True)
def controls():
    _ways = ("channel", "device", "platform")
    _values = {name: shop.fetch(measure(shop, session_count, by=name))[name].to_pylist() for name in _ways}
    offer = page.offered(shop, splits=_ways, wheres=_values)
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
    tile_metrics = (session_count, bounce_rate, average_visit_duration, pages_per_visit, visit_conversion_rate)
    _more = (unengaged_rate, visitor_count, visits_per_visitor, known_visit_rate, visits_per_known_customer)
    _all = (*tile_metrics, *_more, visit_cart_abandonment_rate, page_view_count)
    _seen = shop.snapshot.rows["sessions"]
    mo.stop(not _seen, page.missing("events table", tables()["events"].adds))
    now = shop.fetch(measure(shop, *_all, **asked)).to_pylist()[0]
    mo.stop(not now["session_count"], page.empty("visits"))
    before = (
        shop.fetch(measure(shop, *tile_metrics, during=choice.against, where=choice.where)).to_pylist()[0]
        if choice.against
        else {}
    )
    course = shop.fetch(measure(shop, *tile_metrics, every=choice.every, **asked)).to_pandas()
    n_text = f"{choice.text} · n {now['session_count']:,} visits"
    return before, course, n_text, now, tile_metrics


@app.cell(hide_code=True)
def headline(before, choice, course, now, tile_metrics):
    _aims = {metric.name: goal_of(metric) for metric in tile_metrics}
    page.tiles(
        page.tile(
            metric,
            now[metric.name],
            before.get(metric.name),
            wanted="down" if metric is bounce_rate else "up",
            against=choice.against_text,
            target=_aims[metric.name].target_from(before.get(metric.name)) if _aims[metric.name] else None,
            n=int(now["session_count"]) if metric.per else None,
            spark=course[course.is_complete][metric.name].tolist(),
        )
        for metric in tile_metrics
    )
    return


@app.cell(hide_code=True)
def finding_sources(asked, now):
    sources = shop.fetch(study(shop, "visit_mix", by="channel", **asked)).to_pandas()
    _named = sources.dropna(subset=["label"])
    mo.stop(_named.empty, page.missing("source of visits", "which channel each visit came by"))
    _ranked = _named[_named.session_count >= 100].sort_values("visit_conversion_rate")
    mo.stop(_ranked.empty, page.empty("source with 100 visits"))
    page.finding(
        "Where they come from",
        "{top} brings {share} of the {n} visits; {unknown} have no known source. {best} converts best ({high}), "
        "{worst} least ({low}). Bounces are {classic} of visits counted as “one page at most” and {google} by "
        "Google's definition: under ten seconds, one page, no purchase.",
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
    _how = {
        "table": page.sheet(
            sources.drop(columns="group_total"),
            units={"session_share": RATE},
            names={"label": "Source", "unengaged_rate": "Bounce rate (GA4)", "bounce_rate": "Bounce rate (one page)"},
        ),
        "goal": goal_of(visit_conversion_rate).goal,
    }
    _drawn = {"unit": RATE, "n": "session_count", "as_given": True, "height": 280}
    _figures = [
        page.figure(
            title,
            charts.ranked_bars(sources, "label", metric.name, **_drawn),
            f"{metric.definition} {n_text}",
            passport=passport(shop, metric, **asked).told(),
            **_how,
        )
        for title, metric in (
            ("Who buys", visit_conversion_rate),
            ("Who leaves after one page", bounce_rate),
        )
    ]
    _shares = page.figure(
        f"{sources.label.iloc[0]} leads with {RATE.text(sources.session_share.iloc[0])} of visits",
        charts.ranked_bars(sources, "label", "session_share", **_drawn),
        f"Share of visits by source · {n_text}",
        passport=study_named("visit_mix"),
        **_how,
    )
    mo.vstack([_shares, page.two_up(*_figures)])
    return


@app.cell(hide_code=True)
def finding_time(asked, choice, course, n_text):
    _metrics = (session_count, visit_conversion_rate)
    _parts = shop.fetch(measure(shop, *_metrics, by=choice.by, every=choice.every, **asked)).to_pandas()
    _split = choice.by[0] if choice.by else None
    _running = int((~course.is_complete).sum())
    _said = f"{n_text} · " + (f"{_running} running {choice.every} lighter" if _running else "whole periods only")
    _lines = {"n": "session_count", "unit": RATE}
    _visits = (
        charts.stacked_bars(_parts, choice.every, "session_count", _split)
        if _split
        else charts.line_over_time(course, choice.every, "session_count")
    )
    _best = course[course.is_complete].nlargest(1, "session_count")
    _when = f"{_best[choice.every].iloc[0]:%Y-%m-%d}" if len(_best) else ""
    page.two_up(
        page.figure(
            f"Most visits in the {choice.every} from {_when}" if _when else "Visits so far",
            _visits,
            f"Visits by {choice.every} · {_said}",
            passport=passport(shop, session_count, **asked).told(),
            table=page.sheet(_parts),
            goal=goal_of(visit_conversion_rate).goal,
        ),
        page.figure(
            "Visits that end in a purchase",
            charts.line_over_time(course, choice.every, "visit_conversion_rate", **_lines),
            f"Visit conversion rate by {choice.every} · {_said}",
            passport=passport(shop, visit_conversion_rate, **asked).told(),
            table=page.sheet(course),
            goal=goal_of(visit_conversion_rate).goal,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_hours(asked, n_text, now):
    _hours = shop.fetch(study(shop, "visit_hours", **asked)).to_pandas()
    _top = _hours.nlargest(1, "session_count").iloc[0]
    _days = list(dict.fromkeys(_hours.weekday_name))
    page.figure(
        f"Busiest: {_top.weekday_name} from {_top.hour}:00 to {_top.hour + 1}:00",
        charts.heatmap(
            *(_hours, "hour", "weekday_name", "session_count"),
            **{"x_order": [str(hour) for hour in range(24)], "y_order": _days},
        ),
        f"Visits by weekday and hour in {shop.time_zone} · {n_text}",
        passport=study_named("visit_hours"),
        table=page.sheet(_hours, names={"weekday_name": "Weekday"}, most=24),
        goal=goal_of(visit_conversion_rate).goal,
    )
    return


@app.cell(hide_code=True)
def finding_funnel(asked, n_text, now):
    funnel = shop.fetch(study(shop, "visit_funnel", **asked)).to_pandas()
    _steps = funnel.dropna(subset=["step_rate"])
    mo.stop(_steps.empty)
    _lost = _steps.sort_values("step_rate").iloc[0]
    _part = 1 - _lost.step_rate
    mo.vstack(
        [
            page.finding(
                "Where they are lost",
                "Of {n} visits {bought} bought. The greatest loss is before “{step}”: {part} of the visits that came "
                "that far went no further. Of visits with something in the cart {left} left it there.",
                n=int(now["session_count"]),
                bought=RATE.text(now["visit_conversion_rate"]),
                step=_lost.step,
                part=RATE.text(_part),
                left=RATE.text(now["visit_cart_abandonment_rate"]),
            ),
            page.figure(
                f"{RATE.text(_part)} are lost before “{_lost.step}”",
                charts.funnel_bars(funnel, "step", "session_count", "overall_rate", "step_rate"),
                f"Visits that got to each step within the visit · {n_text}",
                passport=study_named("visit_funnel"),
                table=page.sheet(funnel.drop(columns="position"), units={"step_rate": RATE, "overall_rate": RATE}),
                goal=goal_of(visit_cart_abandonment_rate).goal,
            ),
        ]
    )
    return


@app.cell(hide_code=True)
def finding_pages(asked, n_text, now):
    pages_seen = shop.fetch(study(shop, "pages", n=15, **asked)).to_pandas()
    mo.stop(pages_seen.empty, page.missing("page column in its events", "the pages seen most"))
    _sheet = page.sheet(
        pages_seen.drop(columns="page_total"),
        units={"dwell_seconds": SECONDS, "exit_rate": RATE},
        of=int(pages_seen.page_total.iloc[0]),
    )
    _how = {"passport": study_named("pages"), "table": _sheet, "goal": goal_of(bounce_rate).goal}
    _cut = f"{len(pages_seen)} of {int(pages_seen.page_total.iloc[0]):,} pages · {n_text}"
    _exit = pages_seen.sort_values("exit_rate").iloc[-1]
    _held = pages_seen.dropna(subset=["dwell_seconds"]).sort_values("dwell_seconds")
    _drawn = {"n": "view_count", "as_given": True, "height": 360}
    page.two_up(
        page.figure(
            f"Most views end on {_exit.page}: {RATE.text(_exit.exit_rate)} leave there",
            charts.ranked_bars(pages_seen, "page", "exit_rate", unit=RATE, **_drawn),
            f"Share of views that ended the visit, the page seen most first · {_cut}",
            **_how,
        ),
        page.figure(
            f"{_held.page.iloc[-1]} holds them longest" if len(_held) else "How long pages hold them",
            charts.ranked_bars(pages_seen, "page", "dwell_seconds", unit=SECONDS, **_drawn),
            f"Seconds until the next page, on average; a visit's last page is not timed · {_cut}",
            **_how,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_landing(asked, n_text, now):
    _landing = shop.fetch(study(shop, "visit_mix", by="landing_page", n=10, **asked)).to_pandas()
    _landing = _landing[_landing.session_count >= 100]
    mo.stop(_landing.empty)
    _worst = _landing.sort_values("bounce_rate").iloc[-1]
    page.figure(
        f"Visits that land on {_worst.label} bounce most: {RATE.text(_worst.bounce_rate)}",
        charts.ranked_bars(_landing, "label", "bounce_rate", unit=RATE, n="session_count", as_given=True, height=240),
        f"Bounce rate (one page at most) by landing page, most visits first · {len(_landing)} of "
        f"{int(_landing.group_total.iloc[0]):,} landing pages, those with 100 visits · {n_text}",
        passport=passport(shop, bounce_rate, **asked).told(),
        table=page.sheet(
            _landing.drop(columns="group_total"),
            units={"session_share": RATE},
            names={"label": "Landing page", "unengaged_rate": "Bounce rate (GA4)"},
            of=int(_landing.group_total.iloc[0]),
        ),
        goal=goal_of(bounce_rate).goal,
    )
    return


@app.cell(hide_code=True)
def finding_flow(asked, n_text, now):
    _flow = shop.fetch(study(shop, "page_flow", n=15, **asked)).to_pandas()
    _flow = _flow.assign(step=_flow.event_name + " → " + _flow.following)
    mo.stop(_flow.empty)
    _ends = _flow[_flow.following == "(visit ends)"].head(1)
    page.figure(
        f"After {_ends.event_name.iloc[0]} {RATE.text(_ends.share.iloc[0])} of visits end"
        if len(_ends)
        else f"The commonest step is {_flow.step.iloc[0]}",
        charts.ranked_bars(_flow, "step", "share", unit=RATE, n="pair_count", as_given=True, height=400),
        f"What follows what: share among all that follows the first, the commonest step first · {len(_flow)} of "
        f"{int(_flow.pair_total.iloc[0]):,} steps · {n_text}",
        passport=study_named("page_flow"),
        table=page.sheet(
            _flow.drop(columns=["step", "pair_total"]), units={"share": RATE}, of=int(_flow.pair_total.iloc[0])
        ),
        goal=goal_of(visit_conversion_rate).goal,
    )
    return


@app.cell(hide_code=True)
def finding_devices(asked, now):
    machines = {
        way: shop.fetch(study(shop, "visit_mix", by=way, n=10, **asked)).to_pandas()
        for way in ("device", "os", "browser", "network")
    }
    _ranked = machines["device"].dropna(subset=["label"]).sort_values("visit_conversion_rate")
    mo.stop(_ranked.empty)
    page.finding(
        "On which devices",
        "{top} makes {share} of the visits. Conversion is {high} on {best} and {low} on {worst}: adapt the shop to "
        "the one that is used much and buys little.",
        top=machines["device"].dropna(subset=["label"]).label.iloc[0].capitalize(),
        share=RATE.text(machines["device"].dropna(subset=["label"]).session_share.iloc[0]),
        best=_ranked.label.iloc[-1],
        high=RATE.text(_ranked.visit_conversion_rate.iloc[-1]),
        worst=_ranked.label.iloc[0],
        low=RATE.text(_ranked.visit_conversion_rate.iloc[0]),
    )
    return (machines,)


@app.cell(hide_code=True)
def figure_devices(asked, machines, n_text):
    _words = {"device": "device", "os": "operating system", "browser": "browser", "network": "network"}
    _figures = [
        page.figure(
            f"{_words[way].capitalize()}: {frame.label.fillna('unknown').iloc[0]} "
            f"with {RATE.text(frame.session_share.iloc[0])} of visits",
            charts.ranked_bars(
                *(frame, "label", "visit_conversion_rate"), unit=RATE, n="session_count", as_given=True, height=240
            ),
            f"Visit conversion rate by {_words[way]}, most visits first · {n_text} · {len(frame)} of "
            f"{int(frame.group_total.iloc[0])} groups",
            passport=passport(shop, visit_conversion_rate, **asked).told(),
            table=page.sheet(
                frame.drop(columns="group_total"), units={"session_share": RATE}, names={"label": _words[way]}
            ),
            goal=goal_of(visit_conversion_rate).goal,
        )
        for way, frame in machines.items()
    ]
    mo.vstack([page.two_up(*_figures[:2]), page.two_up(*_figures[2:])])
    return


@app.cell(hide_code=True)
def finding_frequency(asked, choice, now):
    _bands = shop.fetch(study(shop, "visit_frequency", **asked)).to_pandas()
    _once = _bands[_bands.position == 0]
    page.figure(
        f"{RATE.text(_once.visitor_share.sum())} of visitors came once",
        charts.ranked_bars(_bands, "band", "visitor_count", n="session_count", as_given=True, height=260),
        f"Visitors by number of visits · {choice.text} · n {now['visitor_count']:,} visitors, "
        f"{RATIO.text(now['visits_per_visitor'])} visits each; {RATE.text(now['known_visit_rate'])} of visits were "
        f"logged in, {RATIO.text(now['visits_per_known_customer'])} per customer; {COUNT.text(now['page_view_count'])} "
        "pages were seen",
        passport=passport(shop, visits_per_visitor, **asked).told(),
        table=page.sheet(
            _bands.drop(columns="position"), units={"visitor_share": RATE, "session_share": RATE, "purchases": COUNT}
        ),
        goal="Strengthen stickiness and loyalty",
    )
    return


@app.cell(hide_code=True)
def finding_interactions(asked, n_text, now):
    _done = shop.fetch(study(shop, "interactions", **asked)).to_pandas()
    _done = _done[_done.visit_count > 0]
    mo.stop(_done.empty)
    _strong = _done[_done.event_name != "add_to_cart"].sort_values("lift").tail(1)
    mo.stop(_strong.empty)
    page.figure(
        f"Visits that {_strong.action.iloc[0]} buy {RATIO.text(_strong.lift.iloc[0])} times as often as the others",
        charts.ranked_bars(_done, "action", "visit_rate", unit=RATE, n="visit_count", as_given=True, height=280),
        f"Share of visits with each action · {n_text} · a sign of intent, not a cause",
        passport=study_named("interactions"),
        table=page.sheet(
            _done.drop(columns="position"),
            units={"visit_rate": RATE, "conversion_with": RATE, "conversion_without": RATE, "lift": RATIO},
            names={"lift": "Times as often", "conversion_with": "Buys with", "conversion_without": "Buys without"},
        ),
        goal=goal_of(visit_conversion_rate).goal,
    )
    return


@app.cell(hide_code=True)
def finding_searches(asked, choice, now):
    _terms = shop.fetch(study(shop, "search_terms", n=15, **asked)).to_pandas()
    mo.stop(_terms.empty)
    _of = int(_terms.term_total.iloc[0])
    page.figure(
        f"They look for “{_terms.term.iloc[0]}” most: {RATE.text(_terms.search_share.iloc[0])} of searches",
        charts.ranked_bars(_terms, "term", "search_count", n="visitor_count", as_given=True, height=360),
        f"Searches by term · {choice.text} · {len(_terms)} of {_of:,} terms",
        passport=study_named("search_terms"),
        table=page.sheet(_terms.drop(columns="term_total"), units={"search_share": RATE}, of=_of),
        goal=goal_of(visit_conversion_rate).goal,
    )
    return


@app.cell(hide_code=True)
def so_what(asked, now):
    _gaps = shop.fetch(study(shop, "visit_gaps", **asked)).to_pandas()
    _below = _gaps[_gaps.verdict == "below"]
    _columns = ["way", "label", "session_count", "bounce_rate", "visit_conversion_rate", "average", "missed_purchases"]
    _said = [
        f"Visits by {row['way'].replace('_', ' ')} {row['label']} buy in {RATE.text(row['visit_conversion_rate'])} of "
        f"{row['session_count']:,} cases, all visits in {RATE.text(row['average'])}. At the average rate they would "
        f"have brought {row['missed_purchases']:,.0f} more purchases. Look at what these visitors were promised and "
        "at the first page they see, change one thing, and test it."
        for row in _below.head(1).to_dict("records")
    ]
    page.action(
        "Mend the way in that loses most purchases",
        (_said or ["No source, device or landing page with 200 visits converts clearly less than the others."])[0],
        page.sheet(
            _below[_columns],
            units={"average": RATE, "missed_purchases": COUNT},
            names={"way": "Split by", "label": "Group", "average": "All visits"},
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
    page.definitions(
        [
            session_count,
            visitor_count,
            visits_per_visitor,
            bounce_rate,
            unengaged_rate,
            average_visit_duration,
            pages_per_visit,
            page_view_count,
            visit_conversion_rate,
            visit_cart_abandonment_rate,
            known_visit_rate,
            visits_per_known_customer,
        ]
    )
    return


if __name__ == "__main__":
    app.run()
