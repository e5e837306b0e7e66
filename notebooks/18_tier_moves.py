# chapter: Tier moves
# 中文: 层级迁移
# question: Who rises, who falls, and does a tier tell who will buy?
# goal: Raise customer value contribution
# needs: orders, customers, returns
# figure: tier_outcomes.bought_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Tier moves")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.declare import SEGMENTS
    from customary.page.offers import TILES
    from customary.page.superlatives import highest
    from customary.page.totals import sum_text
    from customary.units import RATE
    from customary.wording import say, wording

    shop = open_shop()
    goal = "Raise customer value contribution"
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False, dated=TILES)


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "18_tier_moves",
        "Who rises, who falls, and does a tier tell who will buy?",
        "A tier is a picture of one day. Two pictures show who moved between them, and whether the earlier one already told "
        "who would buy.",
        serves="raise customer value contribution",
        needs="orders, customers, returns",
        choice=choice,
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
    who = {"where": choice.where}
    return choice, who


@app.cell(hide_code=True)
def migration_controls():
    _segments = {
        wording("value tier"): "value_tier",
        wording("RFM tier"): "rfm_tier",
        wording("RFM segment"): "rfm_segment",
    }
    _spans = {wording("a year"): 365, wording("half a year"): 182, wording("a quarter"): 90}
    _measures = {
        wording("spend of the year before"): "year_net_spend_before",
        wording("number of customers"): "customer_count",
    }
    moving = mo.ui.dropdown(_segments, next(iter(_segments)), label=wording("Who moved between"))
    apart = mo.ui.dropdown(_spans, next(iter(_spans)), label=wording("within"))
    width = mo.ui.dropdown(_measures, next(iter(_measures)), label=wording("Bands show"))
    mo.hstack([moving, apart, width], justify="start", wrap=True)
    return apart, moving, width


@app.cell(hide_code=True)
def migrations(apart, moving, who):
    moves = study(shop, "migration", segment=moving.value, days=apart.value, **who)
    later = study(shop, "tier_outcomes", segment=moving.value, days=apart.value, **who)
    _rows = moves.to_pandas()
    known = _rows[_rows.move != "new"]
    counts = {move: int(_rows.customer_count[_rows.move == move].sum()) for move in ("stayed", "rose", "fell", "new")}
    order = list(SEGMENTS[moving.value].labels(shop.rules))
    return counts, known, later, moves, order


@app.cell(hide_code=True)
def headline(apart, choice, counts, known, moves, moving):
    mo.stop(not len(known), page.empty("customers who were known at the earlier date"))
    _n = int(known.customer_count.sum())
    _said = page.sentence(
        "Of {n} customers known {apart} ago, {stayed} bear the same {label} today; {rose} rose and {fell} fell."
        if not moves.withheld_text
        else "Of {n} customers known {apart} ago whose move may be shown, {stayed} bear the same {label} today; {rose} rose and "
        "{fell} fell. Moves of few customers are not shown and not counted here.",
        moves,
        n=_n,
        apart=apart.selected_key,
        label=moving.selected_key,
        stayed=RATE.text(counts["stayed"] / _n),
        rose=counts["rose"],
        fell=counts["fell"],
    )
    mo.vstack([_said, page.headline(shop, choice, "revenue_per_buyer", "returning_buyer_rate", "churn_rate")])
    return


@app.cell(hide_code=True)
def widest_move(known, moves):
    _moved = known[known.move != "stayed"]
    _ways = [
        say("{before} to {after}", before=moves.text("label_before", before), after=moves.text("label_after", after))
        for before, after in zip(_moved.label_before, _moved.label_after, strict=True)
    ]
    _none = "No move is of enough customers to be shown" if moves.withheld_text else "Nobody moved"
    _widest = highest(_moved.assign(way=_ways), "way", "customer_count")
    widest = (
        _widest.say("Most moved from {names}: {value}", "No move is clearly the widest") if _ways else wording(_none)
    )
    return (widest,)


@app.cell(hide_code=True)
def finding_migration(counts, known, moves, order, widest, width):
    mo.stop(not len(known))
    _first, _second = moves.text("first_on"), moves.text("second_on")
    _young = "At the first date less than a year was known: its labels are too low."
    _bands = charts.alluvial(
        known, "label_before", "label_after", width.value, order=order, before_title=_first, after_title=_second
    )
    page.figure(
        moves,
        _bands,
        widest,
        (
            "Customers from {first_on} to {second_on}, bands by {width}; n = {n:,} known at both, {new:,} came since. Each "
            "label knows only what had happened before its date.",
            _young if known.seen_days.iloc[0] < 365 else "",
        ),
        width=width.selected_key,
        n=sum_text(moves, known.customer_count),
        new=sum_text(moves, moves.to_pandas().query("move == 'new'").customer_count),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_destinations(known, moves, order):
    mo.stop(not len(known))
    _rows, _from = moves.to_pandas(), [*order, "not yet known"]
    _kept = _rows[_rows.move == "stayed"]
    _none = "No group that stayed is big enough to be shown" if moves.withheld_text else "Nobody stayed"
    _title = highest(_kept, "label_before", "from_share").say(
        "Stayed most often: {names}, {value}", "No group clearly stays more"
    )
    page.figure(
        moves,
        charts.heatmap(
            _rows, "label_after", "label_before", "from_share", x_order=order, y_order=_from, x_title="afterwards"
        ),
        _title if len(_kept) else _none,
        "Per cent of the earlier group (down) by the group at {second_on} (across); n = {n:,} customers. The table has the "
        "confidence intervals (Wilson).",
        n=sum_text(moves, _rows.customer_count),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_outcomes(later):
    mo.stop(not later.rows_total)
    _rows = later.to_pandas().fillna({"label": "unknown"})
    _last = _rows.iloc[-1]
    _one, _other = (later.text("label", _rows.label.iloc[place]) for place in (0, -1))
    page.figure(
        later,
        charts.ranked_intervals(_rows, "label", "bought_rate", "low_rate", "high_rate", highlight=[_one, _other]),
        "Of “{label}” customers {bought_rate} bought in the time after, against {last_rate} of “{last}”"
        if len(_rows) > 1
        else "Of “{label}” customers {bought_rate} bought in the time after",
        "Share of each group of {first_on} who bought before {second_on}, with 95% intervals (Wilson); n = {n:,} customers. "
        "Where the intervals do not overlap, the rule still tells who buys.",
        label=_one,
        last=_other,
        last_rate=RATE.text(_last.bought_rate),
        n=sum_text(later, _rows.customer_count),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def so_what(counts, known, moves):
    mo.stop(not len(known))
    _none = "Nobody fell between the two dates."
    _few = "No fall is of enough customers to be shown."
    mo.stop(not counts["fell"], page.sentence(_few if moves.withheld_text else _none, moves))
    page.action(
        "Ask those who fell why, before the next count",
        "{fell:,} fell between the two dates; the moves below say from where to where, the chapter on tiers lists who is "
        "nearest to the tier above. Win some back with an offer, leave a random half alone, and count again at the same "
        "distance.",
        moves,
        fell=counts["fell"],
        columns=["label_before", "label_after", "customer_count", "year_net_spend_before", "year_net_spend_after"],
        most=20,
        file_name="moves-between-tiers",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Shorten the distance from a year to a quarter. Why do fewer move, and is that a sign of loyalty?

    Somebody fell because a big order is now more than a year old. Did anything happen to that customer?
    """)
    return


@app.cell(hide_code=True)
def definitions(later, moves):
    page.definitions(moves, later)
    return


if __name__ == "__main__":
    app.run()
