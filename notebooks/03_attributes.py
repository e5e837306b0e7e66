# chapter: Attributes
# 中文: 客户属性
# question: Who are the customers, and which of them are worth more?
# goal: Raise customer value contribution
# needs: customers, orders
# figure: profile_completeness

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Attributes")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.page.superlatives import highest
    from customary.page.totals import sum_text
    from customary.wording import say, word

    shop = open_shop()
    only_split = ("age_band", "region", "occupation", "education", "last_device")
    offer = page.offer(shop, "gender", "acquisition_channel", frame="customers", split_by=only_split)
    goal = "Raise customer value contribution"


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "03_attributes",
        "Who are the customers, and which of them are worth more?",
        "Age, gender, region, occupation and education, the devices they come with, and what they do: the first, simplest "
        "way to tell customers apart. It has to prove that the groups differ in what they buy.",
        choice=choice,
        serves="raise customer value contribution",
        needs="customers, orders, returns, events",
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
    completeness = study(shop, "completeness", where=choice.where)
    _rows = completeness.to_pandas()
    _rows = _rows[_rows.known_count > 0]
    known = dict(zip(_rows.attribute, _rows["name"], strict=True))
    return asked, choice, completeness, known, when


@app.cell(hide_code=True)
def answers(asked, choice, known):
    tiles = ("customer_count", "profile_completeness", "buyer_rate", "average_customer_spend", "new_buyer_count")
    now = measure(shop, *tiles, "revenue_per_buyer", **asked)
    recent, gaps = study(shop, "last_purchases", where=choice.where), study(shop, "attribute_gaps", **asked)
    groups = {name: study(shop, "attribute_groups", by=name, **asked) for name in known}
    people = study(shop, "attribute_groups", by="age_band", and_by="gender", **asked)
    split = next((name for name in (*choice.by, "age_band", "gender", "region", "country") if name in known), "gender")
    worth = study(shop, "attribute_groups", by=split, **asked)
    return gaps, groups, now, people, recent, split, tiles, worth


@app.cell(hide_code=True)
def headline(choice, now, tiles, when):
    mo.stop(not now.first["customer_count"], page.empty("customers"))
    basis = say("as of {day}; n = {n} customers", day=str(shop.as_of), n=now.text("customer_count"))
    _template = "{buyer_rate} of {customer_count} customers have bought so far; a buyer spent {revenue_per_buyer} on average: {when}."
    mo.vstack([page.sentence(_template, now, when=when), page.headline(shop, choice, *tiles)])
    return (basis,)


@app.cell(hide_code=True)
def finding_completeness(basis, completeness):
    _rows = completeness.to_pandas().query("customer_count > 0").sort_values("unknown_rate", kind="stable")
    _is_listed = _rows.known_count[_rows.comes_from == "customer list"].sum() > 0
    _top = highest(_rows, "name", "unknown_rate")
    _least = _top.say("Least known: {names}, unknown of {value}", "No attribute is clearly the least known")
    _said = page.finding(
        "How much is known",
        "{met} of {all} attributes meet the standard of completeness. {least}. Every figure below keeps the unknown as a "
        "group of its own.",
        completeness,
        met=int(_rows.is_met.sum()),
        all=len(_rows),
        least=_least,
    )
    _drawing = charts.ranked_bars(_rows, "name", "unknown_rate", highlight=_top.labels)
    _told = "Customers whose attribute is unknown, {basis}; devices of those who visited, habits of buyers."
    _goal = "Data that can be trusted"
    _figure = page.figure(completeness, _drawing, _least, _told, basis=basis, frame=_rows, goal=_goal)
    _hint = page.missing("customers", "age, gender, region, occupation and education")
    mo.vstack([_said, _figure] if _is_listed else [_hint, _said, _figure])
    return


@app.cell(hide_code=True)
def finding_worth(split, when, worth):
    _rows = worth.to_pandas().fillna({"label": "unknown"}).query("buyer_count >= 30")
    mo.stop(len(_rows) < 2, page.empty("two groups of at least 30 buyers"))
    _rows = _rows.sort_values("revenue_per_buyer", ascending=False).head(20)
    _top, _mean, _of = (
        highest(_rows, "label", "revenue_per_buyer"),
        _rows.average.iloc[0],
        word(split.replace("_", " ")),
    )
    _none = say("By {split}, no group clearly brings more", split=_of)
    page.figure(
        worth,
        charts.ranked_intervals(
            _rows, "label", "revenue_per_buyer", "low", "high", average=_mean, highlight=_top.labels
        ),
        _top.say("By {split}, a buyer in {names} brings the most: {value}", _none, split=_of),
        "Net revenue per buyer with its 95% confidence interval; dashed: all buyers, {average}; {when}; n = {n:,} buyers in "
        "{groups} groups of at least 30. “Split by” above chooses another attribute.",
        average=worth.text("average", _mean),
        when=when,
        n=sum_text(worth, _rows.buyer_count),
        groups=len(_rows),
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_people(basis, known, people):
    _rows = people.to_pandas()
    _is_known = _rows.label.notna() & _rows.and_label.notna() & _rows.label.ne("other") & _rows.and_label.ne("other")
    mo.stop(not _is_known.any())
    _who = [
        say("{age}, {gender}", age=row.label, gender=word(row.and_label)) if both else None
        for row, both in zip(_rows.itertuples(), _is_known, strict=True)
    ]
    _top = highest(_rows.assign(who=_who), "who", "customer_count")
    _is_unknown = _rows.label.isna() | _rows.and_label.isna()
    _unknown = people.text("customer_share", _rows.customer_share[_is_unknown].sum())
    page.figure(
        people,
        charts.stacked_bars(_rows, "label", "customer_count", "and_label", n="buyer_count", height=280),
        _top.say("Largest known group: {names}, {value} customers", "No known group is clearly the largest"),
        (
            "Customers by age and gender, {basis}.",
            "Age or gender unknown: {unknown}." if (_is_known | _is_unknown).all() else "",
        ),
        unknown=_unknown,
        basis=basis,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_regions(groups):
    place = next((name for name in ("region", "country") if name in groups), "")
    mo.stop(not place)
    _rows, _all = groups[place].to_pandas(), groups[place]
    _lost = _rows.customer_share[_rows.label.isna()].sum()
    _few = not _lost and _all.withheld_text  # those of no known place may be the ones who are not shown
    page.finding(
        "Where they live",
        "{n} customers live in {all} places; of {unknown} the {place} is not known.",
        groups[place],
        all=int(_rows.label.notna().sum()),
        n=sum_text(groups[place], _rows.customer_count),
        place=word(place),
        unknown=_all.text("customer_count", None) if _few else _all.text("customer_share", _lost),
    )
    return (place,)


@app.cell(hide_code=True)
def figure_regions(basis, groups, place, when):
    _answer = groups[place]
    _rows = _answer.to_pandas(40).fillna({"label": "unknown"})
    _rich = _rows[_rows.buyer_count >= 30].head(20)
    _map = charts.region_map(_rows, "label", "customer_count")
    _dots = charts.ranked_intervals(_rich, "label", "revenue_per_buyer", "low", "high")
    _most = highest(_rows, "label", "customer_count").say("Most customers: {names}, {value}", "No place clearly leads")
    _many = "Customers by {place}, {basis}; {shown} of {total_rows} groups."
    _n = _rich.buyer_count.sum()
    _worth = "Net revenue per buyer with its 95% interval, {when}; n = {n:,} buyers in {shown} groups of at least 30."
    _of, _title = word(place), say("What a buyer brings, by {place}", place=word(place))
    page.two_up(
        page.figure(_answer, _map, _most, _many, place=_of, basis=basis, shown=len(_rows), frame=_rows, goal=goal),
        page.figure(_answer, _dots, _title, _worth, when=when, n=_n, shown=len(_rich), frame=_rich, goal=goal),
    )
    return


@app.cell(hide_code=True)
def finding_habits(basis, recent):
    _rows = recent.to_pandas()
    page.figure(
        recent,
        charts.ranked_bars(_rows, "label", "customer_count", as_given=True),
        "{share} of customers bought in the last 90 days",
        "Customers by their last purchase, {basis}.",
        share=recent.text("customer_share", _rows.customer_share[_rows.position <= 1].sum()),
        basis=basis,
        goal="Strengthen stickiness and loyalty",
    )
    return


@app.cell(hide_code=True)
def finding_devices(basis, groups, known):
    _wanted = ("occupation", "education", "last_payment_method", "favourite_category")
    _devices = ("last_device", "last_os", "last_browser", "last_network")
    _rows = {name: groups[name].to_pandas(15).fillna({"label": "unknown"}) for name in known}
    _tops = {name: highest(_rows[name], "label", "customer_count") for name in (*_wanted, *_devices) if name in known}
    _of, _share = {name: word(known[name]) for name in _tops}, "customer_share"
    _figures = [
        page.figure(
            groups[name],
            charts.ranked_bars(_rows[name], "label", _share, n="customer_count", as_given=True, highlight=top.labels),
            top.say("{what}: most often {names}", "No group clearly leads", what=_of[name]),
            "Share of customers by {what}, {basis}; {shown} of {total_rows} groups. Unknown: not given, never bought, or "
            "never logged in on a visit.",
            what=_of[name],
            basis=basis,
            shown=len(_rows[name]),
            frame=_rows[name],
            goal=goal,
        )
        for name, top in _tops.items()
    ]
    _fold = [page.two_up(*_figures, more=say("Occupation, education, habits and devices"))] if _figures else []
    _hint = page.missing("events", "the devices customers come with")
    mo.vstack(_fold if set(_devices) & set(known) else [*_fold, _hint])
    return


@app.cell(hide_code=True)
def so_what(gaps, when):
    _below = gaps.to_pandas().query("verdict == 'below'")
    _none = "No group of at least 30 buyers spends significantly less than the average buyer: {when}."
    mo.stop(_below.empty, page.sentence(_none, gaps, when=when))
    page.action(
        "Begin with a group that spends significantly less",
        "The {buyer_count} buyers of {name} “{label}” bring {gap} less each than the average buyer, a significant "
        "difference. If the gap closed that would be {potential}. Find out why first: ask, and test an offer. ({when}; intervals of 99%, "
        "because many groups are compared.)",
        gaps,
        columns=["attribute", "label", "buyer_count", "revenue_per_buyer", "low", "high", "verdict", "potential"],
        most=10,
        file_name="groups-below-average",
        when=when,
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Split by region, then by occupation. In which of the two do the intervals of the best and the worst group stay
    apart? Which of the two would you build a campaign on?

    Who does not tell their age may differ from those who do. Compare the “unknown” group with the average.

    Among many groups one in twenty lies outside its 95% interval by chance alone. Why does the list above use 99%
    intervals, and what is still needed before you call a difference a cause?
    """)
    return


@app.cell(hide_code=True)
def definitions(completeness, gaps, now, people, recent):
    page.definitions(now, completeness, people, recent, gaps)
    return


if __name__ == "__main__":
    app.run()
