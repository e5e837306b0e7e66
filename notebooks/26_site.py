# chapter: Site
# 中文: 站点体验
# question: Does the site lead people on, is it fast enough, and does it record what it should?
# goal: Optimise the conversion path
# needs: events
# figure: bounce_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Site")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page import plans
    from customary.page.superlatives import highest
    from customary.wording import say

    shop = open_shop()
    first = study(shop, "visit_span").first.get("first_on")
    offer = page.offer(
        shop, "device", "channel", "platform", "bot_sign", frame="sessions", splits=False, first_day=first
    )
    goal = "Optimise the conversion path"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "26_site",
        "Does the site lead people on, is it fast enough, and does it record what it should?",
        "Pages where visits end or turn back, products that nobody opens, how long pages take to load, and the log held "
        "against its plan.",
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
    asked = choice.query_options
    return asked, choice


@app.cell(hide_code=True)
def answers(asked, choice):
    now = measure(shop, "session_count", "visitor_count", "pages_per_visit", "bounce_rate", **asked)
    leads, machines = study(shop, "navigation", **asked), study(shop, "visit_mix", by="device", **asked)
    unseen, recorded = study(shop, "unseen_products", during=choice.during), study(shop, "instrumentation")
    speed, waiting = study(shop, "page_speed", **asked), study(shop, "speed_bands", **asked)
    signs = study(shop, "bots", **asked)
    return leads, machines, now, recorded, signs, speed, unseen, waiting


@app.cell(hide_code=True)
def headline(choice, now):
    mo.stop(not shop.snapshot.rows["events"], page.missing("events", "where the site leads people, and how fast"))
    mo.stop(not now.first["session_count"], page.empty("visits"))
    basis = say("{when}; n = {n} visits", when=choice.during_text, n=now.text("session_count"))
    _said = page.sentence(
        "{session_count} visits saw {pages_per_visit} pages each; the bounce rate is {bounce_rate}: {when}.",
        now,
        when=choice.during_text,
    )
    _tiles = page.headline(shop, choice, "pages_per_visit", "bounce_rate", "visit_conversion_rate")
    mo.vstack([_said, _tiles])
    return (basis,)


@app.cell(hide_code=True)
def finding_ends(basis, leads):
    _rows = leads.to_pandas(15)
    mo.stop(_rows.empty, page.missing("page in its events", "where visits end, turn back or run in circles"))
    dead = highest(_rows, "page", "dead_end_rate")
    _back, _figures = highest(_rows, "page", "back_rate"), []
    for _name, _top, _none in (
        ("dead_end_rate", dead, "No page clearly ends most visits"),
        ("back_rate", _back, "No page clearly sends people back most"),
    ):
        _low, _high = f"low_{_name}", f"high_{_name}"
        _bars = charts.ranked_intervals(_rows, "page", _name, _low, _high, highlight=_top.labels)
        _figures.append(
            page.figure(
                leads,
                _bars,
                _top.say("{what}, highest: {names}, {value}", _none, what=leads.column(_name).label()),
                (leads.column(_name).meaning_in(), "The {shown} of {total_rows:,} pages seen most, {basis}."),
                shown=len(_rows),
                basis=basis,
                frame=_rows,
                goal=goal,
            )
        )
    page.two_up(*_figures)
    return (dead,)


@app.cell(hide_code=True)
def finding_devices(basis, machines):
    _rows = machines.to_pandas(10).fillna({"label": "unknown"})
    mo.stop(_rows.label.nunique() < 2)
    _top = highest(_rows, "label", "visit_conversion_rate")
    page.figure(
        machines,
        charts.ranked_bars(
            _rows, "label", "visit_conversion_rate", n="session_count", as_given=True, highlight=_top.labels, height=200
        ),
        _top.say("Visits by {names} buy most often: {value}", "No device clearly converts best"),
        "Visit conversion rate by device, {basis}. People who use one device differ in more than the device.",
        basis=basis,
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_speed(basis, speed):
    _asks = page.missing("load time in its events", "how fast pages are, and whether those who wait buy less")
    mo.stop(not speed.rows_total, _asks)
    _rows = speed.to_pandas(15).dropna(subset=["p75_load_ms"])
    _poor = _rows[_rows.rating == "poor"]
    page.figure(
        speed,
        charts.ranked_bars(_rows, "label", "p75_load_ms", n="load_ms_count", as_given=True, highlight=[*_poor.label]),
        say("{n} of {shown} pages are poor by Core Web Vitals", n=len(_poor), shown=len(_rows)),
        "Load time that three of four views do not exceed, {basis}; the {shown} of {total_rows:,} pages measured most.",
        basis=basis,
        shown=len(_rows),
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_waiting(basis, waiting):
    _bands = waiting.to_pandas().dropna(subset=["label"])
    mo.stop(_bands.empty)
    page.figure(
        waiting,
        charts.ranked_intervals(_bands, "label", "visit_conversion_rate", "low", "high", as_given=True),
        "Conversion by how long pages took to load",
        "Share of visits that bought by the median load time of their pages, 95% confidence interval, {basis}. Slow "
        "devices differ in more than speed.",
        basis=basis,
        frame=_bands,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_unseen(choice, unseen):
    mo.stop(not unseen.rows_total)
    page.figure(
        unseen,
        None,
        "Nobody opened {unseen_total} of {catalogue_total} products",
        (
            "Products of the catalogue without one view of their page, {during}; those that were sold all the same first.",
            "The filters do not cut this figure." if choice.where else "",
        ),
        during=choice.during_text,
        most=10,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_recorded(recorded):
    plans.plan_figure(recorded)
    return


@app.cell(hide_code=True)
def finding_bots(signs):
    _few = page.sentence("Too few visitors bear a sign of a machine to tell of them here: {during}.", signs)
    mo.stop(not signs.rows_total, _few)
    _rows = signs.to_pandas().set_index("label").event_count
    _suspected = int(_rows.drop(["none", "says so"], errors="ignore").sum())
    page.figure(
        signs,
        None,
        "Of {events:,} events counted here {suspected:,} are of visitors that behave like machines",
        "Visitors by their sign of a machine, bots.toml, {during}. Those that say so count nowhere; suspects count unless the "
        "filter or bots.toml leaves them out. A sign is no proof.",
        suspected=_suspected,
        events=int(_rows.sum()),
        goal="Figures that can be trusted",
    )
    return


@app.cell(hide_code=True)
def so_what(basis, dead, leads):
    page.action(
        "Give {names} a way on" if dead.labels else "Give the pages that end visits a way on",
        "Open it on a phone, as a stranger would. What could anybody want next, and is it there? Change one thing, and "
        "compare the share of views that end there before and after. ({basis}.)",
        leads,
        columns=["page", "view_count", "dead_end_rate", "back_rate", "loop_rate"],
        most=10,
        file_name="pages-that-lead-nowhere",
        names=say(", ").join(dead.labels),
        basis=basis,
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    A page after which everybody goes back may be a bad page, or a good list. How would you tell the two apart?

    Write an instrumentation plan for one thing that the chapters cannot answer today. Who would own it?
    """)
    return


@app.cell(hide_code=True)
def definitions(leads, machines, now, recorded, signs, speed, unseen, waiting):
    page.definitions(now, leads, machines, speed, waiting, unseen, recorded, signs)
    return


if __name__ == "__main__":
    app.run()
