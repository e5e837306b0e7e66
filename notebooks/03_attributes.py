# chapter: Attributes
# 中文: 客户属性
# question: Who are the customers, and which of them are worth more?
# goal: Raise customer value contribution
# needs: orders, customers

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import (
        average_customer_spend,
        buyer_rate,
        charts,
        customer_count,
        measure,
        new_buyer_count,
        open_shop,
        page,
        profile_completeness,
        revenue_per_buyer,
    )
    from customary.goals import goal_of
    from customary.page.chapters import chapters
    from customary.passport import passport
    from customary.standard import tables
    from customary.study import study, study_named
    from customary.words import MONEY, RATE

    shop = open_shop()


@app.cell(hide_code=True)
def header(choice):
    page.header(shop, "03_attributes", chapters(mo.notebook_dir()), query=choice.query)
    return


@app.cell(hide_code=True)
def question():
    page.question(
        "Who are the customers, and which of them are worth more?",
        "A portrait from several sides: age, gender, region, occupation and education, the devices they come with, "
        "and what they do. It is the first, simplest way to tell customers apart – and it has to prove that the "
        "groups differ in what they buy.",
        goal_of(revenue_per_buyer).goal,
        ("customers", "orders", "returns", "events"),
    )
    return


@app.cell(hide_code=True)
def controls():
    _values = {
        name: shop.fetch(measure(shop, customer_count, by=name))[name].to_pylist()
        for name in ("gender", "acquisition_channel")
    }
    offer = page.offered(
        shop,
        splits=("age_band", "gender", "region", "occupation", "education", "acquisition_channel", "usual_device"),
        wheres=_values,
    )
    bar = page.controls(offer)
    bar
    return bar, offer


@app.cell(hide_code=True)
def chosen(bar, offer):
    choice = page.chosen(offer, bar.value)
    return (choice,)


@app.cell(hide_code=True)
def headline_new(choice):
    _windows = [window for window in (choice.during, choice.against) if window]
    _counts = [
        shop.fetch(measure(shop, new_buyer_count, during=window, where=choice.where))["new_buyer_count"][0].as_py()
        for window in _windows
    ]
    _course = shop.fetch(measure(shop, new_buyer_count, every="month", during=choice.during, where=choice.where))
    new_tile = page.tile(
        new_buyer_count,
        *_counts,
        against=choice.against_text,
        spark=_course["new_buyer_count"].to_pylist(),
    )
    return (new_tile,)


@app.cell(hide_code=True)
def headline(choice, new_tile):
    _standing = (customer_count, buyer_rate, average_customer_spend, profile_completeness)
    now = shop.fetch(measure(shop, *_standing, where=choice.where)).to_pylist()[0]
    mo.stop(not now["customer_count"], page.empty("customers"))
    _rows = [
        page.Tile(
            m.name.replace("_", " ").capitalize(),
            m.zh,
            m.unit.text(now[m.name], shop.currency),
            against_text=f"as of {shop.as_of}",
            n_text=f"n {int(now['customer_count']):,} customers" if m.per else "",
        )
        for m in _standing
    ]
    page.tiles([*_rows[:3], new_tile, _rows[3]])
    return (now,)


@app.cell(hide_code=True)
def finding_completeness(choice):
    facts = shop.fetch(study(shop, "completeness", where=choice.where)).to_pandas()
    facts = facts[facts.customer_count > 0]
    known = set(facts.attribute[facts.known_count > 0])
    listed = bool(facts.known_count[facts.comes_from == "customer list"].sum())
    _worst = facts.sort_values("unknown_rate", kind="stable").iloc[-1]
    _note = page.finding(
        "How much is known",
        "{met} of {all} attributes are known of at least {wanted} of the customers; the least known is {worst}, "
        "unknown of {unknown} of {n}. Every figure below keeps the unknown as a group of its own.",
        met=int(facts.is_met.sum()),
        all=len(facts),
        wanted=RATE.text(tables()["customers"].completeness),
        n=int(_worst.customer_count),
        worst=_worst["name"],
        unknown=RATE.text(_worst.unknown_rate),
    )
    _kind = page.missing("customers table", tables()["customers"].adds)
    mo.vstack([_note] if listed else [_kind, _note])
    return facts, known, listed


@app.cell(hide_code=True)
def figure_completeness(choice, facts, now):
    page.figure(
        f"The profile is {RATE.text(now['profile_completeness'])} complete",
        charts.ranked_bars(facts, "name", "unknown_rate", unit=RATE, n="customer_count", height=340),
        f"Share of customers whose attribute is unknown · as of {shop.as_of} · n {now['customer_count']:,} customers; "
        "devices are asked of those who visited, payment and favourites of those who bought",
        passport=passport(shop, profile_completeness, where=choice.where).told(),
        table=page.sheet(
            facts.drop(columns=["position", "attribute"]),
            units={"known_rate": RATE, "unknown_rate": RATE},
            names={"is_met": "Meets the 95 % standard", "value_count": "Different values", "zh": "中文"},
        ),
        goal="Data that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_people(choice, listed):
    mo.stop(not listed)
    _asked = {"by": "age_band", "and_by": "gender", "during": choice.during, "where": choice.where}
    _groups = shop.fetch(study(shop, "attribute_groups", **_asked)).to_pandas()
    _known = _groups.dropna(subset=["label", "and_label"]).sort_values("customer_count")
    mo.stop(_known.empty)
    _top = _known.iloc[-1]
    _said = f"{_top.label}, {_top.and_label}"
    page.figure(
        f"The largest group is {_said}: {RATE.text(_top.customer_share)} of customers",
        charts.stacked_bars(_groups, "label", "customer_count", "and_label", n="buyer_count", height=280),
        f"Customers by age and gender · as of {shop.as_of} · n {_groups.customer_count.sum():,} · "
        f"age unknown {RATE.text(_groups.customer_share[_groups.label.isna()].sum())}, "
        f"gender unknown {RATE.text(_groups.customer_share[_groups.and_label.isna()].sum())}",
        passport=study_named("attribute_groups"),
        table=page.sheet(
            _groups.drop(columns="average"),
            units={"customer_share": RATE, "bought_rate": RATE, "revenue_share": RATE, "low": MONEY, "high": MONEY},
            names={"label": "Age", "and_label": "Gender", "low": "From", "high": "To"},
            currency=shop.currency,
        ),
        goal=goal_of(revenue_per_buyer).goal,
    )
    return


@app.cell(hide_code=True)
def finding_regions(choice, known):
    place = next((name for name in ("region", "country") if name in known), None)
    mo.stop(place is None)
    _asked = {"by": place, "during": choice.during, "where": choice.where}
    places = shop.fetch(study(shop, "attribute_groups", **_asked)).to_pandas()
    _named = places.dropna(subset=["label"])
    _most, _rich = _named.iloc[0], _named[_named.buyer_count >= 30].sort_values("revenue_per_buyer")
    mo.stop(_rich.empty, page.empty("group of 30 buyers"))
    page.finding(
        "Where they live",
        "Most customers are in {most} ({share} of {n}); the {place} of {unknown} is unknown. Among places with at "
        "least 30 buyers, {rich} brings most per buyer ({high}) and {poor} least ({low}).",
        most=_most.label,
        share=RATE.text(_most.customer_share),
        n=int(places.customer_count.sum()),
        place=place,
        unknown=RATE.text(places.customer_share[places.label.isna()].sum()),
        rich=_rich.label.iloc[-1],
        high=MONEY.text(_rich.revenue_per_buyer.iloc[-1], shop.currency),
        poor=_rich.label.iloc[0],
        low=MONEY.text(_rich.revenue_per_buyer.iloc[0], shop.currency),
    )
    return place, places


@app.cell(hide_code=True)
def figure_regions(choice, place, places):
    _shown = places.head(20)
    _sheet = page.sheet(
        places.drop(columns=["and_label", "average"]),
        units={"customer_share": RATE, "bought_rate": RATE, "revenue_share": RATE, "low": MONEY, "high": MONEY},
        names={"label": place.capitalize(), "low": "From", "high": "To"},
        currency=shop.currency,
    )
    _how = {"table": _sheet, "goal": goal_of(revenue_per_buyer).goal}
    page.two_up(
        page.figure(
            f"{_shown.label.iloc[0]} has the most customers",
            charts.ranked_bars(_shown, "label", "customer_count", n="buyer_count", as_given=True, height=440),
            f"Customers by {place} · as of {shop.as_of} · {len(_shown)} of {len(places)} places",
            passport=passport(shop, customer_count, where=choice.where).told(),
            **_how,
        ),
        page.figure(
            "What a buyer brings there",
            charts.ranked_bars(
                *(_shown, "label", "revenue_per_buyer"),
                **{"unit": MONEY, "currency": shop.currency, "n": "buyer_count", "as_given": True, "height": 440},
            ),
            f"Net revenue per buyer, same order · {choice.text} · n {_shown.buyer_count.sum():,} buyers",
            passport=passport(shop, revenue_per_buyer, during=choice.during, where=choice.where).told(),
            **_how,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_work(choice, listed):
    mo.stop(not listed)
    _asked = {"during": choice.during, "where": choice.where}
    work = {
        name: shop.fetch(study(shop, "attribute_groups", by=name, **_asked)).to_pandas()
        for name in ("occupation", "education")
    }
    _tops = {name: frame.dropna(subset=["label"]).head(1) for name, frame in work.items()}
    mo.stop(any(top.empty for top in _tops.values()))
    page.finding(
        "What they do and what they learned",
        "The largest occupation is {job} ({job_share}), the largest education {school} ({school_share}); unknown "
        "are {no_job} and {no_school}.",
        job=_tops["occupation"].label.iloc[0],
        job_share=RATE.text(_tops["occupation"].customer_share.iloc[0]),
        school=_tops["education"].label.iloc[0],
        school_share=RATE.text(_tops["education"].customer_share.iloc[0]),
        no_job=RATE.text(work["occupation"].customer_share[work["occupation"].label.isna()].sum()),
        no_school=RATE.text(work["education"].customer_share[work["education"].label.isna()].sum()),
    )
    return (work,)


@app.cell(hide_code=True)
def figure_work(work):
    page.two_up(
        *(
            page.figure(
                f"{frame.label.iloc[0]} is the largest {name}: {RATE.text(frame.customer_share.iloc[0])}",
                charts.ranked_bars(frame, "label", "customer_share", unit=RATE, n="customer_count", as_given=True),
                f"Share of customers by {name} · as of {shop.as_of} · n {frame.customer_count.sum():,}",
                passport=study_named("attribute_groups"),
                table=page.sheet(
                    frame.drop(columns=["and_label", "average", "low", "high"]),
                    units={"customer_share": RATE, "bought_rate": RATE, "revenue_share": RATE},
                    names={"label": name.capitalize()},
                    currency=shop.currency,
                ),
                goal=goal_of(revenue_per_buyer).goal,
            )
            for name, frame in work.items()
        )
    )
    return


@app.cell(hide_code=True)
def finding_devices(choice, known):
    mo.stop("usual_device" not in known)
    _asked = {"during": choice.during, "where": choice.where}
    devices = {
        word: shop.fetch(study(shop, "attribute_groups", by=name, **_asked)).to_pandas()
        for name, word in (
            ("usual_device", "device"),
            ("usual_os", "operating system"),
            ("usual_browser", "browser"),
            ("usual_network", "network"),
        )
    }
    _known = devices["device"].dropna(subset=["label"])
    page.finding(
        "What they come with",
        "Of the customers who were seen on a visit, {share} last came with {top}; {unknown} of all customers never "
        "logged in on a visit, so their device is unknown. This is where adapting the shop pays first.",
        share=RATE.text(_known.customer_count.iloc[0] / _known.customer_count.sum()),
        top=f"a {_known.label.iloc[0]}",
        unknown=RATE.text(devices["device"].customer_share[devices["device"].label.isna()].sum()),
    )
    return (devices,)


@app.cell(hide_code=True)
def figure_devices(devices):
    _figures = [
        page.figure(
            f"{word.capitalize()}: most come with {frame.dropna(subset=['label']).label.iloc[0]}",
            charts.ranked_bars(
                *(frame, "label", "customer_share"), unit=RATE, n="customer_count", as_given=True, height=260
            ),
            f"Share of customers by the {word} of their last visit · as of {shop.as_of} · "
            f"n {frame.customer_count.sum():,}",
            passport=study_named("attribute_groups"),
            table=page.sheet(
                frame.drop(columns=["and_label", "average", "low", "high"]),
                units={"customer_share": RATE, "bought_rate": RATE, "revenue_share": RATE},
                names={"label": word.capitalize()},
                currency=shop.currency,
            ),
            goal="Optimise the conversion path",
        )
        for word, frame in devices.items()
    ]
    mo.vstack([page.two_up(*_figures[:2]), page.two_up(*_figures[2:])])
    return


@app.cell(hide_code=True)
def finding_habits(choice, now):
    recent = shop.fetch(study(shop, "last_purchases", where=choice.where)).to_pandas()
    _known = {"units": {"customer_share": RATE, "net_spend": MONEY}, "currency": shop.currency}
    _lately = recent[recent.position <= 1].customer_count.sum()
    page.figure(
        f"{RATE.text(_lately / now['customer_count'])} of the customers bought in the last 90 days",
        charts.ranked_bars(recent, "band", "customer_count", as_given=True, height=260),
        f"Customers by their last purchase · as of {shop.as_of} · n {now['customer_count']:,}",
        passport=study_named("last_purchases"),
        table=page.sheet(recent.drop(columns="position"), **_known),
        goal="Strengthen stickiness and loyalty",
    )
    return


@app.cell(hide_code=True)
def figure_habits(choice, known):
    _names = [name for name in ("usual_payment", "favourite_category") if name in known]
    mo.stop(not _names)
    _words = {"usual_payment": "way to pay", "favourite_category": "favourite category"}
    _groups = {
        name: shop.fetch(study(shop, "attribute_groups", by=name, during=choice.during, where=choice.where)).to_pandas()
        for name in _names
    }
    page.two_up(
        *(
            page.figure(
                f"The commonest {_words[name]} is {frame.dropna(subset=['label']).label.iloc[0]}",
                charts.ranked_bars(frame.head(15), "label", "customer_count", n="buyer_count", as_given=True),
                f"Customers by {_words[name]} · as of {shop.as_of} · {min(15, len(frame))} of {len(frame)} groups; "
                "unknown are mostly those who never bought",
                passport=study_named("attribute_groups"),
                table=page.sheet(frame.drop(columns=["and_label", "average"]), currency=shop.currency),
                goal=goal_of(revenue_per_buyer).goal,
            )
            for name, frame in _groups.items()
        )
    )
    return


@app.cell(hide_code=True)
def finding_worth(choice, known):
    _wanted = (*choice.by, "age_band", "gender", "region", "country")
    split = next((name for name in _wanted if name in known), None)
    mo.stop(split is None)
    _asked = {"by": split, "during": choice.during, "where": choice.where}
    worth = shop.fetch(study(shop, "attribute_groups", **_asked)).to_pandas()
    worth = worth[worth.buyer_count >= 30].sort_values("revenue_per_buyer", ascending=False)
    mo.stop(worth.empty, page.empty("group of 30 buyers"))
    _apart = worth.low.iloc[0] > worth.high.iloc[-1]
    page.finding(
        "Which groups are worth more",
        "By {split}, {top} brings {high} per buyer and {bottom} {low}. Their 95 % intervals {apart}. Choose another "
        "attribute under “Split by”.",
        split=split.replace("_", " "),
        top=worth.label.fillna("unknown").iloc[0],
        high=MONEY.text(worth.revenue_per_buyer.iloc[0], shop.currency),
        bottom=worth.label.fillna("unknown").iloc[-1],
        low=MONEY.text(worth.revenue_per_buyer.iloc[-1], shop.currency),
        apart="do not overlap" if _apart else "overlap: this may be chance",
    )
    return split, worth


@app.cell(hide_code=True)
def figure_worth(choice, split, worth):
    page.figure(
        f"Revenue per buyer by {split.replace('_', ' ')}: "
        f"{worth.label.fillna('unknown').iloc[0]} first, {worth.label.fillna('unknown').iloc[-1]} last",
        charts.ranked_intervals(
            *(worth.head(20), "label", "revenue_per_buyer", "low", "high"),
            **{"currency": shop.currency, "n": "buyer_count", "average": float(worth.average.iloc[0])},
            height=max(220, 26 * min(20, len(worth))),
        ),
        f"Net revenue per buyer with its 95 % interval; dashed: all buyers, "
        f"{MONEY.text(worth.average.iloc[0], shop.currency)} · {choice.text} · n {worth.buyer_count.sum():,} buyers · "
        f"{min(20, len(worth))} of {len(worth)} groups of at least 30 buyers",
        passport=passport(shop, revenue_per_buyer, during=choice.during, where=choice.where).told(),
        table=page.sheet(
            worth.drop(columns=["and_label", "average"]),
            units={"customer_share": RATE, "bought_rate": RATE, "revenue_share": RATE, "low": MONEY, "high": MONEY},
            names={"label": split.replace("_", " ").capitalize(), "low": "From", "high": "To"},
            currency=shop.currency,
        ),
        goal=goal_of(revenue_per_buyer).goal,
    )
    return


@app.cell(hide_code=True)
def so_what(choice, known):
    _gaps = shop.fetch(study(shop, "attribute_gaps", during=choice.during, where=choice.where)).to_pandas()
    _below = _gaps[_gaps.verdict == "below"]
    mo.stop(not known)
    _columns = ["name", "label", "customer_count", "buyer_count", "revenue_per_buyer", "average", "gap", "potential"]
    _none = "No group of at least 30 buyers spends clearly less than the average buyer: attributes alone do not say "
    _first = _below.head(1).to_dict("records")
    _said = [
        f"{row['name'].capitalize()} {row['label']}: {row['buyer_count']:,} buyers bring "
        f"{MONEY.text(row['gap'], shop.currency)} less each than the average buyer. If the gap closed that would be "
        f"{MONEY.text(row['potential'], shop.currency)} in this period. Find out why before you spend money on it: "
        "ask, and test an offer on half of them."
        for row in _first
    ]
    page.action(
        "Begin with the largest group that spends less",
        (_said or [_none + "whom to approach. Look at what customers do (chapters 04 to 09)."])[0],
        page.sheet(
            _below[_columns],
            units={"average": MONEY, "gap": MONEY, "potential": MONEY},
            names={"name": "Attribute", "label": "Group", "average": "All buyers", "potential": "If the gap closed"},
            currency=shop.currency,
            of=len(_gaps),
        ),
        "groups-below-average",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise(
        "Split by region, then by occupation. In which of the two do the intervals of the best and the worst group "
        "stay apart? Which of the two would you build a campaign on?\n\n"
        "An attribute that is unknown of many customers can mislead: who does not tell his age may differ from those "
        "who do. Compare the “unknown” group's revenue per buyer with the average.\n\n"
        "Among many groups one in twenty lies outside its 95 % interval by chance alone. Why does the list above use "
        "99 % intervals, and what would still be needed before you call a difference a cause?"
    )
    return


@app.cell(hide_code=True)
def definitions():
    page.definitions(
        [customer_count, buyer_rate, average_customer_spend, new_buyer_count, profile_completeness, revenue_per_buyer]
    )
    return


if __name__ == "__main__":
    app.run()
