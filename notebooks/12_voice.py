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
    from customary.page.superlatives import highest, lowest
    from customary.units import RATE

    shop = open_shop()
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", segments=("value_tier",))
    has = shop.snapshot.rows
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
    asked, when = choice.query_options, choice.during_text
    score = study(shop, "nps", **asked)
    votes = int(score.first.get("answer_count") or 0)
    survey, scale = ("nps", "0 to 10") if votes else ("review", "1 to 5 stars")
    return asked, choice, scale, score, survey, votes, when


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
    _row = page.headline(shop, choice, *_tiles)
    mo.stop(not votes, mo.vstack([page.empty("answers about recommending the shop"), _row]))
    _asked = reached.to_pandas().set_index("survey").loc["nps"]
    _said = page.sentence(
        "The net promoter score is {nps} (95% confidence interval {low} to {high}): {promoter_count} of {answer_count} voters "
        "would recommend the shop, {detractor_count} would not. {reached} of the {asked} answered.",
        score,
        reached,
        reached=reached.text("response_rate", _asked.response_rate),
        asked=_asked.asked,
    )
    _cases = "After a service case {satisfied_rate} are satisfied ({low_rate} to {high_rate}; n = {answer_count})."
    mo.vstack([_said, page.sentence(_cases, cases), _row])
    return


@app.cell(hide_code=True)
def finding_nps(choice, course, votes, when):
    mo.stop(not votes or not course.rows_total)
    _rows = course.to_pandas()
    _worst = lowest(_rows, choice.every, "nps")
    page.figure(
        course,
        charts.line_over_time(_rows, choice.every, "nps", n="answer_count", low="low", high="high"),
        _worst.say("Lowest in {names}: {value}", f"No {choice.every} is clearly below all others"),
        f"Net promoter score by {choice.every} of the answer, {when}; the last answer of each voter in a {choice.every}; "
        f"band: 95% confidence interval; n = {votes:,} voters in all. Where bands overlap, no change is proven.",
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_groups(asked, choice, votes, when):
    mo.stop(not votes)
    _by = next(iter(choice.by), "value_tier")
    parts = study(shop, "nps", by=_by, **asked)
    mo.stop(not parts.rows_total, page.empty("groups of voters"))
    _rows = parts.to_pandas().fillna({_by: "unknown"}).nlargest(12, "nps")
    page.figure(
        parts,
        charts.ranked_intervals(_rows, _by, "nps", "low", "high", n="answer_count"),
        highest(_rows, _by, "nps").say(
            "Recommend most: {names}, {value}", "No group clearly recommends more than the others"
        ),
        f"Net promoter score by {_by.replace('_', ' ')} with 95% intervals, {when}; n = {votes:,} voters.",
        frame=_rows,
        goal=keep,
    )
    return (parts,)


@app.cell(hide_code=True)
def finding_loyalty(loyal, votes, when):
    mo.stop(not votes or not loyal.rows_total)
    _rows = loyal.to_pandas()
    _again = ", ".join(f"{row.vote} {RATE.text(row.bought_again_rate)}" for row in _rows.itertuples())
    page.figure(
        loyal,
        charts.ranked_intervals(
            _rows, "vote", "bought_again_rate", "low_rate", "high_rate", n="voter_count", as_given=True
        ),
        f"Who bought again: {_again}",
        f"Share with a purchase in the 90 days after the answer, {when}; n = {_rows.voter_count.sum():,} voters whose 90 days "
        "are over. Where intervals overlap, a promise to recommend is no purchase.",
        goal=keep,
    )
    return


@app.cell(hide_code=True)
def finding_drivers(joint, raw, scale, when):
    mo.stop(not has["responses"])
    _few = "Too few answers name an order, or nothing happened to only some of them."
    mo.stop(not joint.rows_total, page.sentence(_few, joint))
    _rows, _n = raw.to_pandas(), int(joint.first["model_answer_count"])
    _clear = _rows[(_rows.verdict != "not clear") & ~_rows.is_commonest].head(10)
    _clear = _clear.assign(what=_clear.factor.str.replace("_", " ") + ": " + _clear.level)
    page.figure(
        raw,
        charts.ranked_intervals(
            _clear, "what", "difference", "least_difference", "most_difference", n="answer_count", average=0.0
        ),
        f"{len(_clear)} things go with a significantly better or worse score"
        if len(_clear)
        else "No single thing stands out",
        f"Average score ({scale}) of those it happened to, less that of all others, 95% intervals, {when}; n = {_n:,} "
        "answers. Dashed: no difference.",
        beside=[joint],
        goal=mend,
    )
    return


@app.cell(hide_code=True)
def finding_effects(joint, when):
    mo.stop(not has["responses"] or not joint.rows_total)
    _rows, _first = joint.to_pandas(), joint.first
    _rows = _rows[~_rows.factor.isin(["category", "channel"])]
    _rows = _rows.assign(what=_rows.factor.str.replace("_", " ") + ": " + _rows.level)
    _points, _from, _to = (
        f"{_first[name]:+.1f}".replace("-", "−") for name in ("effect", "least_effect", "most_effect")
    )
    page.figure(
        joint,
        charts.ranked_intervals(
            _rows, "what", "effect", "least_effect", "most_effect", n="answer_count", average=0.0, height=300
        ),
        f"All else equal, “{_first['level']}” goes with {_points} points (95% interval {_from} to {_to})",
        f"The same, all held equal in one linear model, {when}; n = {_first['model_answer_count']:,} answers, "
        f"{joint.text('explained_rate')} of the variance explained. What shrinks here was another’s doing. An association, no "
        "proof of a cause.",
        goal=mend,
    )
    return


@app.cell(hide_code=True)
def finding_topics(topics, when):
    _none = not (has["tickets"] or has["responses"])
    mo.stop(_none, page.missing("tickets or responses", "what customers write about"))
    mo.stop(not topics.rows_total, page.sentence("There are too few texts to find topics in: 20 are needed.", topics))
    _rows, _kinds = topics.to_pandas().dropna(subset="words"), {"ticket": "service cases", "response": "comments"}
    _parts = [(name, _rows[_rows.kind == kind]) for kind, name in _kinds.items()]
    _figures = [
        page.figure(
            topics,
            charts.ranked_bars(part, "words", "text_share", n="text_count", height=320),
            f"Biggest topic of {name}: " + highest(part, "words", "text_count").say("{names}, {value} texts"),
            f"Topics of {name}, {when}, each named by its heaviest words; n = {part.text_total.iloc[0]:,} texts. No word that "
            f"fewer than {shop.rules['privacy']['groups']['fewest']} customers used is shown, and no text leaves the shop’s files.",
            frame=part.dropna(axis="columns", how="all"),
            goal=mend,
        )
        for name, part in _parts
        if len(part)
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_months(months, when):
    mo.stop(not has["tickets"] or not months.rows_total)
    _rows = months.to_pandas()
    _rows = _rows.assign(month=[f"{day:%Y-%m}" for day in _rows.month_on])
    _many = _rows[_rows.text_count >= 10]
    _top = (_many if len(_many) else _rows).sort_values("times_usual").iloc[-1]
    _order = {"x_order": sorted(set(_rows.month)), "y_order": list(dict.fromkeys(_rows.words))}
    page.figure(
        months,
        charts.heatmap(_rows, "month", "words", "times_usual", n="text_count", **_order),
        f"“{_top.words}” in {_top.month}: {_top.times_usual:.1f} times its usual share, in {_top.text_count:,} cases",
        f"Share of a month’s service cases by topic, in times of the topic’s share over {when} (1.00 is usual); "
        f"n = {_rows.text_count.sum():,} cases.",
        goal=mend,
    )
    return


@app.cell(hide_code=True)
def finding_referrals(referred):
    _unknown = "The files name nobody who brought a customer, so the referral rate is unknown."
    _known = "{rate} of {buyers} buyers known for 90 days brought somebody who bought ({low} to {high}); {named} buyers name who sent them."
    page.finding(
        "Referrals",
        _known if referred.first.get("referral_rate") is not None else _unknown,
        referred,
        rate=referred.text("referral_rate"),
        buyers=referred.text("buyer_count"),
        low=referred.text("low_rate"),
        high=referred.text("high_rate"),
        named=referred.text("referred_count"),
    )
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
