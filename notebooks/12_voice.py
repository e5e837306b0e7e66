# chapter: Voice of the customer
# 中文: 客户之声
# question: What do customers say of us, and what goes with it?
# goal: Strengthen stickiness and loyalty
# needs: responses, tickets, orders, order_items, returns, products

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Voice of the customer")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, metrics, open_shop, page, study
    from customary.declare import STUDIES
    from customary.units import MONEY, RATE, RATIO

    shop = open_shop()
    values = page.varied(shop, "country", "region", "acquisition_channel", frame="customers")
    offer = page.offered(shop, splits=["value_tier", *values], wheres=values)
    has = shop.snapshot.rows
    serves = {"keep": "Strengthen stickiness and loyalty", "mend": "Drive product and service innovation"}


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "12_voice",
        "What do customers say of us, and what goes with it?",
        "Satisfaction, recommendation, reviews and complaints: how good they are, what happened to those who answered, "
        "which products and topics stand out, and whether new products are tried (A-019, A-059, A-076…A-078, A-090).",
        serves="strengthen stickiness and loyalty; drive product and service innovation",
        needs="responses, tickets, orders, order_items, returns, products",
        query=choice.query,
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
    window = {"during": choice.during, "where": choice.where}
    when = choice.during_text
    score = study(shop, "nps", **window)
    votes = int(score.first["answer_count"])
    survey, scale = ("nps", "0 to 10") if votes else ("review", "1 to 5 stars")
    return choice, scale, score, survey, votes, when, window


@app.cell(hide_code=True)
def headline(choice, score, votes, window):
    mo.stop(not has["responses"], page.missing("responses", "recommendation, satisfaction and reviews"))
    _tiles = (metrics.net_promoter_score, metrics.satisfaction_rate, metrics.average_review_score)
    _row = page.headline(shop, choice, *_tiles, metrics.complaints_per_thousand_orders)
    mo.stop(not votes, mo.vstack([page.empty("answers about recommending the shop"), _row]))
    _asked = study(shop, "response_rates", **window).frame.set_index("survey").loc["nps"]
    _case = study(shop, "satisfaction", **window).row
    _said = page.sentence(
        "Of 100 customers {up} would recommend the shop and {down} would not: a net score of {nps}, and chance alone may "
        "have made it anything from {low} to {high}. {voters} voters; {reached} of the {asked} answered. After a service "
        "case {happy} are satisfied ({least} to {most}, n = {cases}).",
        up=f"{100 * score.first['promoter_count'] / votes:.0f}",
        down=f"{100 * score.first['detractor_count'] / votes:.0f}",
        nps=RATIO.text(score.first["nps"]),
        low=RATIO.text(score.first["low"]),
        high=RATIO.text(score.first["high"]),
        voters=votes,
        reached="an unknown share" if _asked.isna().response_rate else RATE.text(_asked.response_rate),
        asked=_asked.asked,
        happy=RATE.text(_case.satisfied_rate),
        least=RATE.text(_case.low_rate),
        most=RATE.text(_case.high_rate),
        cases=int(_case.answer_count),
    )
    mo.vstack([_said, _row])
    return


@app.cell(hide_code=True)
def finding_nps(choice, votes, when, window):
    mo.stop(not votes)
    _course = study(shop, "nps", every=choice.every, **window)
    _rows = _course.to_pandas().rename(columns={"low": "low_score", "high": "high_score"})
    _worst = _rows.loc[_rows.nps.idxmin()]
    page.figure(
        _course,
        charts.line_over_time(_rows, choice.every, "nps", n="answer_count", low="low_score", high="high_score"),
        f"Lowest in the {choice.every} from {_worst[choice.every]:%Y-%m-%d}: {_worst.nps:.1f}, from "
        f"{_worst.answer_count:,} voters",
        f"Net promoter score by {choice.every} of the answer, {when}; the last answer of each voter in a {choice.every}; "
        f"band: 95 % interval; n = {votes:,} voters in all. Where bands overlap, nothing is proven to have changed.",
        frame=_rows,
        goal=serves["keep"],
    )
    return


@app.cell(hide_code=True)
def finding_groups(choice, votes, when, window):
    mo.stop(not votes)
    _by = next(iter(choice.by), "value_tier")
    _parts = study(shop, "nps", by=_by, **window)
    _rows = _parts.to_pandas().rename(columns={"low": "low_score", "high": "high_score"}).fillna({_by: "unknown"})
    _rows = _rows.sort_values("nps", ascending=False)
    by_group = page.figure(
        _parts,
        charts.ranked_intervals(_rows.head(12), _by, "nps", "low_score", "high_score", n="answer_count"),
        f"{_rows[_by].iloc[0].capitalize()} recommends most: {_rows.nps.iloc[0]:.1f}",
        f"Net promoter score by {_by.replace('_', ' ')} with 95 % intervals, {when}; n = {votes:,} voters.",
        frame=_rows,
        goal=serves["keep"],
    )
    return (by_group,)


@app.cell(hide_code=True)
def finding_loyalty(by_group, votes, when, window):
    mo.stop(not votes)
    _loyal = study(shop, "vote_loyalty", **window)
    mo.stop(not len(_loyal.to_pandas()), by_group)
    _rates = {row.vote: RATE.text(row.bought_again_rate) for row in _loyal.to_pandas().itertuples()}
    _again = ", ".join(f"{vote} {rate}" for vote, rate in _rates.items())
    _kept = page.figure(
        _loyal,
        charts.ranked_intervals(
            _loyal.to_pandas(), "vote", "bought_again_rate", "low_rate", "high_rate", n="voter_count"
        ),
        f"Who bought again: {_again}",
        f"Share with a purchase in the 90 days after the answer, {when}; n = {_loyal.to_pandas().voter_count.sum():,} voters "
        "whose 90 days are over. Where intervals overlap, a promise to recommend is no purchase.",
        goal=serves["keep"],
    )
    page.two_up(by_group, _kept)
    return


@app.cell(hide_code=True)
def drivers(survey, window):
    mo.stop(not has["responses"])
    raw, joint = (study(shop, f"satisfaction_{name}", survey=survey, **window) for name in ("drivers", "effects"))
    mo.stop(
        not len(joint.to_pandas()),
        page.sentence("Too few answers name an order, or nothing happened to only some of them."),
    )
    near, equal = (
        found.to_pandas().assign(what=found.to_pandas().factor.str.replace("_", " ") + ": " + found.to_pandas().level)
        for found in (raw, joint)
    )
    near = near[(near.verdict != "not clear") & ~near.is_commonest].head(10)
    return equal, joint, near, raw


@app.cell(hide_code=True)
def finding_drivers(equal, joint, near, raw, scale, when):
    _n, _first = int(joint.first["model_answer_count"]), joint.row
    _ends = {"unit": RATIO, "n": "answer_count", "average": 0.0, "height": 300}
    _left = page.figure(
        raw,
        charts.ranked_intervals(near, "what", "difference", "least_difference", "most_difference", **_ends),
        f"{len(near)} things go with a clearly better or worse score" if len(near) else "Nothing stands out by itself",
        f"Average score ({scale}) of those it happened to, less that of all others, 95 % intervals, {when}; n = {_n:,} "
        "answers. Dashed: no difference.",
        goal=serves["mend"],
    )
    _shown = equal[~equal.factor.isin(["category", "channel"])]
    _right = page.figure(
        joint,
        charts.ranked_intervals(_shown, "what", "effect", "least_effect", "most_effect", **_ends),
        f"All else equal, “{_first.level}” goes with {f'{_first.effect:+.1f}'.replace('-', '−')} points",
        f"The same, all held equal in one linear model, {when}; n = {_n:,} answers, {RATE.text(_first.explained_rate)} of "
        "the variance explained. What shrinks here was another’s doing. An association, no proof of a cause.",
        goal=serves["mend"],
    )
    page.two_up(_left, _right)
    return


@app.cell(hide_code=True)
def finding_reviews(when, window):
    mo.stop(not has["responses"])
    _stars = study(shop, "review_products", n=12, **window)
    mo.stop(
        not len(_stars.to_pandas()), page.missing("reviews by product", "which products please and which disappoint")
    )
    _rows = _stars.to_pandas().assign(product=_stars.to_pandas().product_name.fillna(_stars.to_pandas().product_id))
    _low = _rows[_rows.verdict == "truly low"]
    _one = _rows.iloc[0]
    page.figure(
        _stars,
        charts.ranked_intervals(
            _rows,
            "product",
            "score",
            "low_score",
            "high_score",
            n="review_count",
            average=float(_one.shop_score),
            height=340,
        ),
        f"{len(_low)} product{'' if len(_low) == 1 else 's'} truly below the shop’s {_one.shop_score:.2f} stars"
        + (f", lowest “{_one['product']}” at {_one.score:.2f}" if len(_low) else ""),
        f"Average stars by product, drawn toward the shop’s average (dashed) the fewer the reviews, 95 % intervals, {when}; "
        f"the {len(_rows)} lowest of {_one.product_total:,} products. Raw averages stand in the table.",
        goal=serves["mend"],
    )
    return


@app.cell(hide_code=True)
def finding_topics(when, window):
    mo.stop(
        not (has["tickets"] or has["responses"]), page.missing("tickets or responses", "what customers write about")
    )
    _found = study(shop, "voice_topics", **window)
    mo.stop(
        not len(_found.to_pandas()),
        page.sentence("There are too few texts from customers to find topics in: 20 are needed."),
    )
    _kinds = {"ticket": "service cases", "response": "comments in surveys and reviews"}
    _rows = _found.to_pandas().dropna(subset="words")
    page.two_up(
        *(
            page.figure(
                _found,
                charts.ranked_bars(part, "words", "text_share", n="text_count", height=320),
                f"Biggest topic of {name}: “{part.words.iloc[0]}”, {RATE.text(part.text_share.iloc[0])}",
                f"Topics of {name}, {when}, each named by its heaviest words; n = {part.text_total.iloc[0]:,} texts. No word "
                "that fewer than five customers used is shown, and no text leaves the shop’s files.",
                frame=part.dropna(axis="columns", how="all"),
                goal=serves["mend"],
            )
            for kind, name in _kinds.items()
            if len(part := _rows[_rows.kind == kind])
        )
    )
    return


@app.cell(hide_code=True)
def finding_months(when, window):
    mo.stop(not has["tickets"])
    _course = study(shop, "topic_months", **window)
    mo.stop(not len(_course.to_pandas()))
    _rows = _course.to_pandas().assign(month=[f"{day:%Y-%m}" for day in _course.to_pandas().month_on])
    _many = _rows[_rows.text_count >= 10]
    _top = (_many if len(_many) else _rows).sort_values("times_usual").iloc[-1]
    page.figure(
        _course,
        charts.heatmap(
            _rows,
            "month",
            "words",
            "times_usual",
            n="text_count",
            x_order=sorted(set(_rows.month)),
            y_order=list(dict.fromkeys(_rows.words)),
        ),
        f"“{_top.words}” in {_top.month}: {_top.times_usual:.1f} times its usual share",
        f"Share of a month’s service cases by topic, in times of the topic’s share over {when} (1.00 is usual); "
        f"n = {_rows.text_count.sum():,} cases.",
        goal=serves["mend"],
    )
    return


@app.cell(hide_code=True)
def finding_problems(when, window):
    mo.stop(not has["items"], page.missing("order_items", "which products disappoint"))
    _goods = study(shop, "problem_products", **window)
    mo.stop(not len(_goods.to_pandas()), page.empty("products in 20 orders that are 30 days old"))
    _bad = _goods.to_pandas()[_goods.to_pandas().bad_signal_count > 0]
    _sure, _all = int(_bad.is_problem.sum()), int(_goods.first["product_total"])
    _names = {"product_name": "product", "bad_signal_count": "signals", "order_count": "orders"}
    _names |= {"return_shrunk_rate": "returns_rate", "return_usual_rate": "usual_returns_rate"}
    _names |= {"complaint_shrunk_rate": "complaints_rate", "complaint_usual_rate": "usual_complaints_rate"}
    _names |= {"review_score": "stars"}
    _shown = (_bad if len(_bad) else _goods.to_pandas()).head(12)[list(_names)].rename(columns=_names)
    page.figure(
        _goods,
        None,
        f"{_sure or 'No'} product{'' if _sure == 1 else 's'} with two bad signals or more of returns, complaints, reviews",
        f"Products by bad signals, then returns beyond the usual of their category, {when}; chance taken out; "
        f"orders younger than 30 days are left out. {int(_goods.first['signal_total'])} of {_all:,} products have a bad signal.",
        frame=_goods.to_pandas(),
        goal=serves["mend"],
    )
    return


@app.cell(hide_code=True)
def finding_new(when, window):
    mo.stop(not has["items"])
    _new = study(shop, "product_launches", n=12, **window)
    mo.stop(
        not len(_new.to_pandas()), page.missing("products with a launch date in the period", "who tries new products")
    )
    _one, _ripe = study(shop, "new_product_trial", **window).row, _new.to_pandas()[_new.to_pandas().is_mature]
    mo.stop(not len(_ripe), page.sentence("The new products are all younger than 90 days: too early to judge."))
    _rows = _ripe.assign(product=_ripe.product_name.fillna(_ripe.product_id))
    page.figure(
        _new,
        charts.ranked_intervals(_rows, "product", "trial_rate", "low_rate", "high_rate", n="active_count", height=340),
        f"{RATE.text(_one.trial_rate)} of the active customers tried a new product within 90 days of its launch",
        f"Of the customers active before the launch (a purchase in 180 days), the share that bought it, {when}, 95 % "
        f"intervals; n = {int(_one.active_count):,} active customers, {int(_one.launch_count)} launches old enough, the "
        f"{len(_rows)} most tried of {int(_new.first['product_total'])}.",
        goal=serves["mend"],
    )
    return


@app.cell(hide_code=True)
def finding_market(when, window):
    mo.stop(not has["items"])
    _trend = study(shop, "category_growth", **window)
    _rows = _trend.to_pandas().fillna({"category": "unknown"})
    _rows = _rows[_rows.growth_rate.notna()].head(12).sort_values("growth_rate", ascending=False)
    mo.stop(
        not len(_rows) or set(_rows.category) == {"unknown"}, page.missing("categories over two years", "the trend")
    )
    _whole = "" if _rows.is_whole.all() else " The data begin inside that earlier window, so growth is too high."
    _gain, _sold = _rows.loc[_rows.moved_share.idxmax()], MONEY.text(_trend.to_pandas().revenue.sum(), shop.currency)
    page.figure(
        _trend,
        charts.ranked_bars(_rows, "category", "growth_rate", n="buyer_count", height=320),
        f"{_gain.category.capitalize()} gains most: {100 * _gain.moved_share:+.1f} points of the shop’s sales",
        f"Growth of sales by category against the same days a year before, {when}; the {len(_rows)} biggest of "
        f"{len(_trend.to_pandas())} categories; n = {_sold} of sales in all.{_whole}",
        goal=serves["mend"],
    )
    return


@app.cell(hide_code=True)
def finding_referrals(choice):
    _one = study(shop, "referrals", where=choice.where).row
    _known = _one.notna().referral_rate
    _told = (
        "{rate} of {buyers} buyers known for 90 days brought somebody who bought ({low} to {high}); {named} buyers name "
        "who sent them."
    )
    page.finding(
        "Referrals",
        _told if _known else "The files name nobody who brought a customer, so the referral rate is unknown.",
        rate=RATE.text(_one.referral_rate),
        buyers=int(_one.buyer_count),
        low=RATE.text(_one.low_rate),
        high=RATE.text(_one.high_rate),
        named=int(_one.referred_count),
    )
    return


@app.cell(hide_code=True)
def so_what(window):
    mo.stop(not has["items"])
    _goods = study(shop, "problem_products", **window)
    _rows = _goods.to_pandas()[_goods.to_pandas().bad_signal_count > 0]
    mo.stop(not len(_rows), page.sentence("No product has a bad signal in this period: nothing to take off the shelf."))
    _columns = ["bad_signal_count", "order_count", "return_rate", "complaint_rate", "review_score"]
    page.action(
        "Open the box of these products first",
        "Take one from the shelf, read its reviews and cases, and decide: mend, describe better, or drop. Then look at "
        "the drivers: what goes with the lowest score – late parcels, returns – is next. Measure again after the usual "
        "time for returns; the list stands on signals beyond chance, not on the loudest voice.",
        _goods.told(_rows[["product_id", "product_name", *_columns]], of=int(_goods.first["signal_total"])),
        file_name="products-to-check",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    A complaint goes with a much lower score, yet all else equal the difference is gone. Which other thing explains it?

    Shorten the period to one month. Why does the band of the net promoter score widen, and which change would still be
    proven?

    Sort the products by their raw average stars. How many of the lowest ten have fewer than five reviews? What would you
    have told the buyer of those goods?
    """)
    return


@app.cell(hide_code=True)
def definitions():
    _metrics = (metrics.net_promoter_score, metrics.nps_answer_count, metrics.satisfaction_rate)
    _more = (metrics.average_review_score, metrics.complaint_count, metrics.complaints_per_thousand_orders)
    _studies = ("nps", "response_rates", "satisfaction", "vote_loyalty", "satisfaction_drivers", "satisfaction_effects")
    _goods = ("review_products", "problem_products", "voice_topics", "topic_months", "product_launches")
    _rest = ("new_product_trial", "category_growth", "referrals")
    page.definitions(
        [*_metrics, *_more, metrics.review_count, *(STUDIES[name] for name in (*_studies, *_goods, *_rest))]
    )
    return


if __name__ == "__main__":
    app.run()
