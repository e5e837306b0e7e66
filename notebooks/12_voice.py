# chapter: Voice of the customer
# 中文: 客户之声
# question: What do customers say of us, and what goes with it?
# goal: Strengthen stickiness and loyalty
# needs: responses, tickets, orders
# figure: net_promoter_score

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Voice of the customer")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.language import format_month
    from customary.page.superlatives import highest, lowest
    from customary.page.totals import sum_text
    from customary.wording import say, word

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", segments=("value_tier",))
    has = shop.snapshot.rows
    fewest = shop.rules["privacy"]["groups"]["fewest"]
    keep, mend = "Strengthen stickiness and loyalty", "Drive product and service innovation"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "12_voice",
        "What do customers say of us, and what goes with it?",
        "Satisfaction, recommendation and complaints: how good they are, what happened to those who answered, and which topics "
        "stand out. Products have a chapter of their own.",
        serves="strengthen stickiness and loyalty; drive product and service innovation",
        needs="responses, tickets, orders",
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
    asked, score = choice.query_options, study(shop, "nps", **choice.query_options)
    votes = int(score.first.get("answer_count") or 0)
    survey, scale = ("nps", say("0 to 10")) if votes else ("review", say("1 to 5 stars"))
    return asked, choice, scale, score, survey, votes


@app.cell(hide_code=True)
def answers(asked, choice, survey):
    reached, cases = study(shop, "response_rates", **asked), study(shop, "satisfaction", **asked)
    course, loyal = study(shop, "nps", every=choice.every, **asked), study(shop, "vote_loyalty", **asked)
    raw = study(shop, "satisfaction_drivers", survey=survey, **asked)
    joint = study(shop, "satisfaction_effects", survey=survey, **asked)
    topics, months = study(shop, "voice_topics", **asked), study(shop, "topic_months", **asked)
    referred = study(shop, "referrals", where=choice.where)
    return cases, course, joint, loyal, months, raw, reached, referred, topics


@app.cell(hide_code=True)
def headline(cases, choice, reached, score, votes):
    mo.stop(not has["responses"], page.missing("responses", "recommendation, satisfaction and reviews"))
    _tiles = ("net_promoter_score", "satisfaction_rate", "average_review_score", "complaints_per_thousand_orders")
    _row, _nobody = page.headline(shop, choice, *_tiles), page.empty("answers about recommending the shop")
    mo.stop(not votes, mo.vstack([_nobody, _row]))
    _asked = reached.to_pandas().set_index("survey").loc["nps"]
    _said = page.sentence(
        "The net promoter score is {nps} (95% confidence interval {low} to {high}): {promoter_count} of {answer_count} voters "
        "would recommend the shop, {detractor_count} would not. {reached} of the {asked} answered.",
        score,
        reached,
        reached=reached.text("response_rate", _asked.response_rate),
        asked=word(_asked.asked),
    )
    _cases = "After a service case {satisfied_rate} are satisfied ({low_rate} to {high_rate}; n = {answer_count})."
    mo.vstack([_said, page.sentence(_cases, cases), _row])
    return


@app.cell(hide_code=True)
def finding_nps(choice, course, votes):
    mo.stop(not votes or not course.rows_total)
    _rows, _period = course.to_pandas(), word(choice.every)
    _worst = lowest(_rows, choice.every, "nps")
    page.figure(
        course,
        charts.line_over_time(_rows, choice.every, "nps", n="answer_count", low="low", high="high"),
        _worst.say("Lowest in {names}: {value}", say("No {period} is clearly below all others", period=_period)),
        "Net promoter score by {period} of the answer, {during}; the last answer of each voter in a {period}; band: 95% "
        "confidence interval; n = {votes:,} voters in all. Where bands overlap, no change is proven.",
        period=_period,
        votes=votes,
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_groups(asked, choice, votes):
    mo.stop(not votes)
    _by = next(iter(choice.by), "value_tier")
    parts = study(shop, "nps", by=_by, **asked)
    mo.stop(not parts.rows_total, page.empty("groups of voters"))
    _rows = parts.to_pandas().fillna({_by: "unknown"}).nlargest(12, "nps")
    _most = highest(_rows, _by, "nps")
    page.figure(
        parts,
        charts.ranked_intervals(_rows, _by, "nps", "low", "high", n="answer_count", highlight=_most.labels),
        _most.say("Recommend most: {names}, {value}", "No group clearly recommends more than the others"),
        "Net promoter score by {by} with 95% intervals, {during}; n = {votes:,} voters, {shown} of {total_rows} groups.",
        by=parts.column(_by).label().lower(),
        votes=votes,
        shown=len(_rows),
        frame=_rows,
        goal=keep,
    )
    return (parts,)


@app.cell(hide_code=True)
def finding_loyalty(loyal, votes):
    mo.stop(not votes or not loyal.rows_total)
    _rows, _all, _again = loyal.to_pandas(), loyal.to_pylist(), "bought_again_rate"
    _cells = [(loyal.cell("vote", row), loyal.text(_again, row[_again])) for row in _all]
    _rates = [say("{vote} {rate}", vote=vote, rate=rate) for vote, rate in _cells]
    page.figure(
        loyal,
        charts.ranked_intervals(_rows, "vote", _again, "low_rate", "high_rate", n="voter_count", as_given=True),
        "Who bought again: {rates}",
        "Share with a purchase in the 90 days after the answer, {during}; n = {n:,} voters whose 90 days are over. Where "
        "intervals overlap, a promise to recommend is no purchase.",
        rates=say(", ").join(_rates),
        n=sum_text(loyal, _rows.voter_count),
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_drivers(joint, raw, scale):
    mo.stop(not has["responses"])
    _few = "Too few answers name an order, or nothing happened to only some of them."
    mo.stop(not joint.rows_total, page.sentence(_few, joint))
    _rows = raw.to_pandas()
    _clear = _rows[(_rows.verdict != "not clear") & ~_rows.is_commonest].head(10)
    _happened = [(word(each.factor.replace("_", " ")), word(each.level)) for each in _clear.itertuples()]
    _clear = _clear.assign(what=[say("{name}: {text}", name=name, text=text) for name, text in _happened])
    _low, _high = "least_difference", "most_difference"
    drivers = page.figure(
        raw,
        charts.ranked_intervals(_clear, "what", "difference", _low, _high, n="answer_count", average=0.0, height=300),
        "{n} things go with a significantly better or worse score" if len(_clear) else "No single thing stands out",
        "Average score ({scale}) of those it happened to, less that of all others, 95% intervals, {during}; n = {answers} "
        "answers. Dashed: no difference.",
        n=len(_clear),
        scale=scale,
        answers=joint.text("model_answer_count"),
        beside=[joint],
        goal=mend,
    )
    return (drivers,)


@app.cell(hide_code=True)
def finding_effects(drivers, joint):
    mo.stop(not has["responses"] or not joint.rows_total)
    _rows, _first = joint.to_pandas(), joint.first
    _rows = _rows[~_rows.factor.isin(["category", "channel"])]
    _happened = [(word(each.factor.replace("_", " ")), word(each.level)) for each in _rows.itertuples()]
    _rows = _rows.assign(what=[say("{name}: {text}", name=name, text=text) for name, text in _happened])
    _value, _low, _high = "effect", "least_effect", "most_effect"
    _points, _from, _to = (f"{_first[name]:+.1f}".replace("-", "−") for name in (_value, _low, _high))
    _alone = page.figure(
        joint,
        charts.ranked_intervals(_rows, "what", _value, _low, _high, n="answer_count", average=0.0, height=300),
        "All else equal, “{level}” goes with {points} points (95% interval {low} to {high})",
        "The same, all held equal in one linear model, {during}; n = {model_answer_count} answers, {explained_rate} of the "
        "variance explained. What shrinks here was another’s doing. An association, no proof of a cause.",
        level=word(_first["level"]),
        points=_points,
        low=_from,
        high=_to,
        goal=mend,
    )
    page.two_up(drivers, _alone)
    return


@app.cell(hide_code=True)
def finding_topics(topics):
    _texts = has["tickets"] or has["responses"]
    mo.stop(not _texts, page.missing("tickets or responses", "what customers write about"))
    mo.stop(not topics.rows_total, page.sentence("There are too few texts to find topics in: 20 are needed.", topics))
    _rows, _kinds = topics.to_pandas().dropna(subset="words"), {"ticket": "service cases", "response": "comments"}
    _parts = [(word(name), _rows[_rows.kind == kind]) for kind, name in _kinds.items()]
    _figures = [
        page.figure(
            topics,
            charts.ranked_bars(part, "words", "text_share", n="text_count", height=320),
            highest(part, "words", "text_count").say(
                "Biggest topic of {kind}: {names}, {value} texts", "No topic is clearly the biggest", kind=name
            ),
            "Topics of {kind}, {during}, each named by its heaviest words; n = {n:,} texts. No word that fewer than "
            "{fewest} customers used is shown, and no text leaves the shop’s files.",
            kind=name,
            n=part.text_total.iloc[0],
            fewest=fewest,
            frame=part.dropna(axis="columns", how="all"),
            goal=mend,
        )
        for name, part in _parts
        if len(part)
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_months(months):
    mo.stop(not has["tickets"] or not months.rows_total)
    _rows = months.to_pandas()
    _rows = _rows.assign(month=[f"{day:%Y-%m}" for day in _rows.month_on])
    _many = _rows[_rows.text_count >= 10]
    _top = (_many if len(_many) else _rows).sort_values("times_usual").iloc[-1]
    _across, _down = sorted(set(_rows.month)), list(dict.fromkeys(_rows.words))
    _grid = page.figure(
        months,
        charts.heatmap(_rows, "month", "words", "times_usual", n="text_count", x_order=_across, y_order=_down),
        "“{topic}” in {month}: {times:.1f} times its usual share, in {cases} cases",
        "Share of a month’s service cases by topic, in times of the topic’s share over {during} (1.00 is usual); n = {n:,} "
        "cases.",
        topic=_top.words,
        month=format_month(_top.month_on),
        times=_top.times_usual,
        cases=months.text("text_count", _top.text_count),
        n=sum_text(months, _rows.text_count),
        goal=mend,
    )
    page.two_up(_grid, more=say("Topics of service cases month by month"))
    return


@app.cell(hide_code=True)
def finding_referrals(referred):
    _unknown = "The files name nobody who brought a customer, so the referral rate is unknown."
    _known = (
        "{referral_rate} of {buyer_count} buyers known for 90 days brought somebody who bought ({low_rate} to {high_rate}); "
        "{referred_count} buyers name who sent them."
    )
    page.finding("Referrals", _known if referred.first.get("referral_rate") is not None else _unknown, referred)
    return


@app.cell(hide_code=True)
def so_what(raw):
    mo.stop(not has["responses"] or not raw.rows_total)
    page.action(
        "Mend what goes with the lowest score",
        "Begin with what stands first among the differences that remain when all else is held equal: late parcels, returns, "
        "cases. Change it for a random half of the orders and compare the answers; only then is it a cause.",
        raw,
        columns=["factor", "level", "answer_count", "mean_score", "other_score", "difference"],
        most=15,
        file_name="score-differences",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    A complaint goes with a much lower score, yet all else equal the difference is gone. Which other thing explains it?

    Shorten the period to one month. Why does the band of the net promoter score widen, and which change would still be
    proven?
    """)
    return


@app.cell(hide_code=True)
def definitions(cases, course, joint, loyal, months, raw, reached, referred, topics):
    page.definitions(course, reached, cases, loyal, raw, joint, topics, months, referred)
    return


if __name__ == "__main__":
    app.run()
