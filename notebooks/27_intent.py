# chapter: Intent
# 中文: 购买意向
# question: Who means to buy, what goes with buying, and what stands in the way?
# goal: Optimise the conversion path
# needs: events
# figure: visit_conversion_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Intent")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page.superlatives import highest
    from customary.units import POINTS, RATE
    from customary.wording import all_of, say, word

    shop = open_shop()
    first = study(shop, "visit_span").first.get("first_on")
    offer = page.offer(shop, "device", "channel", "platform", frame="sessions", splits=False, first_day=first)
    goal, sell = "Optimise the conversion path", "Raise customer value contribution"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "27_intent",
        "Who means to buy, what goes with buying, and what stands in the way?",
        "Behaviours of visits that buy beside those of others that did as much, what visits met that dropped out, and "
        "points for what people did lately, graded by who bought since.",
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
    now = measure(shop, "session_count", "visit_conversion_rate", **asked)
    drivers, barriers = study(shop, "conversion_drivers", **asked), study(shop, "purchase_barriers", **asked)
    bands, tenths = study(shop, "intent_bands", **asked), study(shop, "intent_deciles", **asked)
    sought, taking_part = study(shop, "search_outcomes", **asked), study(shop, "campaign_participation", **asked)
    return bands, barriers, drivers, now, sought, taking_part, tenths


@app.cell(hide_code=True)
def headline(choice, now):
    mo.stop(not shop.snapshot.rows["events"], page.missing("events", "who means to buy, and what stands in the way"))
    mo.stop(not now.first["session_count"], page.empty("visits"))
    basis = say("{when}; n = {n} visits", when=choice.during_text, n=now.text("session_count"))
    _said = page.sentence(
        "{visit_conversion_rate} of {session_count} visits bought: {when}.", now, when=choice.during_text
    )
    _tiles = page.headline(shop, choice, "visit_conversion_rate", "add_to_cart_rate", "session_count")
    mo.vstack([_said, _tiles])
    return (basis,)


@app.cell(hide_code=True)
def finding_drivers(basis, drivers):
    _rows = drivers.to_pandas().dropna(subset=["adjusted_difference"])
    mo.stop(_rows.empty, page.missing("searches, reviews or other behaviours in its events", "what goes with buying"))
    _rows["name"] = [word(action) for action in _rows.action]
    _more = [*_rows[_rows.verdict == "above"].name]
    _ends = ("low_adjusted_difference", "high_adjusted_difference")
    page.figure(
        drivers,
        charts.ranked_intervals(
            _rows, "name", "adjusted_difference", *_ends, unit=POINTS, average=0, n="compared_count", highlight=_more
        ),
        say("Buys oftener than visits that did as much: {names}", names=all_of(_more))
        if _more
        else "No behaviour clearly goes with buying, among visits that did as much",
        "Conversion with a behaviour less that without it, in points, among visits that did equally many things before; "
        "Holm’s intervals, {basis}. Who stays longer does more of everything; this shows what goes with buying, not why.",
        basis=basis,
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_barriers(barriers, basis):
    _rows = barriers.to_pandas()
    _rows["name"] = [word(one) for one in _rows.barrier]
    _known, _unknown = _rows.dropna(subset=["dropped_rate"]), [*_rows[_rows.dropped_rate.isna()].name]
    mo.stop(_known.empty)
    _often = [*_known[_known.verdict == "above"].name]
    _ends = ("low_dropped_rate", "high_dropped_rate")
    page.figure(
        barriers,
        charts.ranked_intervals(_known, "name", "dropped_rate", *_ends, unit=RATE, n="dropped_count", highlight=_often),
        say("Met more often by visits that dropped out than by those that bought: {names}", names=all_of(_often))
        if _often
        else "Nothing known was met clearly more often by visits that dropped out",
        "Share of visits that saw a product and did not buy, 95% confidence interval, {basis}; the table has those that "
        "bought beside them. Not known in this shop: {unknown}.",
        basis=basis,
        unknown=all_of(_unknown) if _unknown else "–",
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_sought(sought):
    mo.stop(not sought.rows_total, page.missing("search term in its events", "what visitors look for and do not find"))
    _rows = sought.to_pandas(15)
    _most = highest(_rows, "term", "unmet_rate", n="visit_count")
    page.figure(
        sought,
        charts.ranked_intervals(
            _rows, "term", "unmet_rate", "low_unmet_rate", "high_unmet_rate", highlight=_most.labels
        ),
        _most.say(
            "After “{names}” most visits open nothing: {value}", "No search clearly leads nowhere more than others"
        ),
        "Share of visits that opened no product after the search, 95% confidence interval; the {shown} of {total_rows:,} "
        "terms with most such visits. What is sought and not opened is wanted and not shown, or named otherwise.",
        shown=len(_rows),
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_campaigns(taking_part):
    _asks = page.missing("campaign in its events", "who takes part in campaigns, and what they do then")
    mo.stop(not taking_part.rows_total, _asks)
    _rows = taking_part.to_pandas(15)
    page.figure(
        taking_part,
        charts.ranked_intervals(_rows, "campaign", "bought_rate", "low_bought_rate", "high_bought_rate"),
        "{total_rows:,} groups of visits by campaign",
        "Share of visits that bought by the campaign that brought them, 95% confidence interval. Whoever follows a campaign "
        "differs in more than that: only a group that was left alone shows what it brought.",
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_bands(bands):
    _rows = bands.to_pandas()
    mo.stop(_rows.empty)
    _rows["name"] = [word(band) for band in _rows.intent_band]
    _high, _told = _rows[_rows.intent_band == "high"], _rows.dropna(subset=["bought_rate"])
    mo.stop(_told.empty)
    page.figure(
        bands,
        charts.ranked_intervals(
            _told, "name", "bought_rate", "low", "high", unit=RATE, n="graded_count", as_given=True
        ),
        say("{n} people are of high intent by what they did lately", n=int(_high.person_count.sum())),
        "Share that bought within the days after, 95% confidence interval, of people of each band when the points were last "
        "graded. Points are those of intent.toml; nothing was learned from these people.",
        frame=_rows,
        goal=sell,
    )
    return


@app.cell(hide_code=True)
def finding_tenths(tenths):
    _rows = tenths.to_pandas()
    mo.stop(_rows.empty)
    _spans = zip(_rows.low_points, _rows.high_points, strict=True)
    _rows["name"] = [f"{low:g}–{high:g}" if high > low else f"{low:g}" for low, high in _spans]
    _auc, _low, _high = (tenths.text(name, _rows[name].iloc[0]) for name in ("auc", "low_auc", "high_auc"))
    page.figure(
        tenths,
        charts.ranked_intervals(
            _rows, "name", "bought_rate", "low", "high", unit=RATE, n="graded_count", as_given=True
        ),
        say("Area under the curve of the points: {auc} (95% interval {low} to {high})", auc=_auc, low=_low, high=_high),
        "Share that bought by points, the lowest first, 95% confidence interval. Of two people of whom one bought, so often "
        "the buyer had more points; chance gives 0.5.",
        frame=_rows,
        goal=sell,
    )
    return


@app.cell(hide_code=True)
def so_what(asked):
    _people = study(shop, "intent_score", **asked)
    mo.stop(not _people.whole.rows_total)
    page.action(
        "Write to those who are close to buying, by what they looked at",
        "{size} customers have points for what they did lately. Leave a random half alone: only the difference in orders "
        "is the letter’s doing.",
        _people,
        size=_people.whole.size_text,
        most=10,
        file_name="customers-by-intent",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Buyers read more reviews than others. What else must hold before more reviews would bring more purchases?

    Change the points of one event in intent.toml. Does the area under the curve rise, and by more than its interval?
    """)
    return


@app.cell(hide_code=True)
def definitions(bands, barriers, drivers, now, sought, taking_part, tenths):
    page.definitions(now, drivers, barriers, sought, taking_part, bands, tenths)
    return


if __name__ == "__main__":
    app.run()
