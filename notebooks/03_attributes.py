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

    from customary import charts, metrics, open_shop, page
    from customary.page.chapters import chapters
    from customary.query.goals import goal_of
    from customary.query.passport import passport
    from customary.query.study import study_named
    from customary.standard import tables
    from customary.units import MONEY, RATE

    shop = open_shop()
    standing = (metrics.customer_count, metrics.profile_completeness, metrics.buyer_rate)
    standing += (metrics.average_customer_spend,)
    _aim = goal_of(metrics.revenue_per_buyer, shop.rules)
    goal = _aim.goal if _aim else ""


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
        goal,
        ("customers", "orders", "returns", "events"),
    )
    return


@app.cell(hide_code=True)
def controls():
    _wheres = ("gender", "acquisition_channel")
    _values = {n: [row[n] for row in page.rows(shop, metrics.customer_count, by=n)] for n in _wheres}
    _splits = ("age_band", "gender", "region", "occupation", "education", "acquisition_channel", "usual_device")
    offer = page.offered(shop, splits=_splits, wheres=_values)
    bar = page.controls(offer)
    bar
    return bar, offer


@app.cell(hide_code=True)
def chosen(bar, offer):
    choice = page.chosen(offer, bar.value)
    asked = {"during": choice.during, "where": choice.where}
    return asked, choice


@app.cell(hide_code=True)
def headline(asked, choice):
    now = page.rows(shop, *standing, where=choice.where)[0]
    mo.stop(not now["customer_count"], page.empty("customers"))
    _new = metrics.new_buyer_count
    _counts = [
        page.rows(shop, _new, during=window, where=choice.where)[0][_new.name]
        for window in (choice.during, choice.against)
        if window
    ]
    _course = [row[_new.name] for row in page.rows(shop, _new, every=choice.every, **asked)]
    _known = {"currency": shop.currency, "note": f"as of {shop.as_of}"}
    _rows = [page.tile(m, now[m.name], n=int(now["customer_count"]) if m.per else None, **_known) for m in standing]
    page.tiles([*_rows, page.tile(_new, *_counts, against=choice.against_text, spark=_course)])
    return (now,)


@app.cell(hide_code=True)
def finding_completeness(choice):
    facts = page.studied(shop, "completeness", where=choice.where).frame
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
    page.ranking(
        f"The profile is {RATE.text(now['profile_completeness'])} complete",
        *(facts.drop(columns="attribute"), "name", "unknown_rate"),
        f"Share of customers whose attribute is unknown · as of {shop.as_of} · n {now['customer_count']:,} customers; "
        "devices are asked of those who visited, payment and favourites of those who bought",
        **{"unit": RATE, "n": "customer_count", "height": 340},
        passport=passport(shop, metrics.profile_completeness, where=choice.where).told(),
        names={"is_met": "Meets the standard", "value_count": "Different values"},
        goal="Data that can be trusted",
    )
    return


@app.cell(hide_code=True)
def finding_people(choice, listed):
    mo.stop(not listed)
    _asked = {"by": "age_band", "and_by": "gender", "during": choice.during, "where": choice.where}
    _groups = page.studied(shop, "attribute_groups", **_asked).frame
    _top = _groups.dropna(subset=["label", "and_label"]).nlargest(1, "customer_count")
    mo.stop(_top.empty)
    page.figure(
        f"The largest group is {_top.label.iloc[0]}, {_top.and_label.iloc[0]}: "
        f"{RATE.text(_top.customer_share.iloc[0])} of customers",
        charts.stacked_bars(_groups, "label", "customer_count", "and_label", n="buyer_count", height=280),
        f"Customers by age and gender · as of {shop.as_of} · n {_groups.customer_count.sum():,} · "
        f"age unknown {RATE.text(_groups.customer_share[_groups.label.isna()].sum())}, "
        f"gender unknown {RATE.text(_groups.customer_share[_groups.and_label.isna()].sum())}",
        passport=study_named("attribute_groups"),
        table=page.told(
            _groups.rename(columns={"and_label": "gender"}), names={"label": "Age"}, currency=shop.currency
        ),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_regions(asked, known):
    place = next((name for name in ("region", "country") if name in known), None)
    mo.stop(place is None)
    places = page.studied(shop, "attribute_groups", by=place, **asked).frame
    _most = places.dropna(subset=["label"]).iloc[0]
    _rich = places[places.label.notna() & (places.buyer_count >= 30)].sort_values("revenue_per_buyer")
    mo.stop(_rich.empty, page.empty("place with 30 buyers"))
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
def figure_regions(asked, choice, place, places):
    _how = {"n": "buyer_count", "height": 440, "names": {"label": place.capitalize()}, "currency": shop.currency}
    _how["goal"] = goal
    page.two_up(
        page.ranking(
            f"{places.label.fillna('Unknown').iloc[0]} has the most customers",
            *(places, "label", "customer_count"),
            f"Customers by {place} · as of {shop.as_of} · n {places.customer_count.sum():,}",
            **{**_how, "passport": passport(shop, metrics.customer_count, where=choice.where).told()},
        ),
        page.ranking(
            "What a buyer brings there",
            *(places, "label", "revenue_per_buyer"),
            f"Net revenue per buyer, same order · {choice.during_text} · n {places.buyer_count.sum():,} buyers",
            **{**_how, "unit": MONEY, "passport": passport(shop, metrics.revenue_per_buyer, **asked).told()},
        ),
    )
    return


@app.cell(hide_code=True)
def finding_work(asked, listed):
    mo.stop(not listed)
    _names = ("occupation", "education")
    work = {name: page.studied(shop, "attribute_groups", by=name, **asked).frame for name in _names}
    page.two_up(
        *(
            page.ranking(
                f"{str(frame.label.fillna('Unknown').iloc[0]).capitalize()} is the largest {name} group: "
                f"{RATE.text(frame.customer_share.iloc[0])}",
                *(frame, "label", "customer_share"),
                f"Share of customers by {name} · as of {shop.as_of} · n {frame.customer_count.sum():,} · "
                f"unknown {RATE.text(frame.customer_share[frame.label.isna()].sum())}",
                **{"unit": RATE, "n": "customer_count", "names": {"label": name.capitalize()}},
                **{"passport": study_named("attribute_groups"), "currency": shop.currency},
                goal=goal,
            )
            for name, frame in work.items()
        )
    )
    return


@app.cell(hide_code=True)
def finding_devices(asked, known):
    _words = {"usual_device": "device", "usual_os": "operating system"}
    _words |= {"usual_browser": "browser", "usual_network": "network"}
    devices = {
        word: page.studied(shop, "attribute_groups", by=name, **asked).frame
        for name, word in _words.items()
        if name in known
    }
    mo.stop("device" not in devices)
    _known = devices["device"].dropna(subset=["label"])
    page.finding(
        "What they come with",
        "Of the {n} customers seen on a visit {share} came with a {top} last time; {unknown} of all customers never "
        "logged in on a visit, so what they use is unknown. Where most are is where adapting the shop pays first.",
        n=int(_known.customer_count.sum()),
        share=RATE.text(_known.customer_count.iloc[0] / _known.customer_count.sum()),
        top=_known.label.iloc[0],
        unknown=RATE.text(devices["device"].customer_share[devices["device"].label.isna()].sum()),
    )
    return (devices,)


@app.cell(hide_code=True)
def figure_devices(devices):
    _figures = [
        page.ranking(
            f"{word.capitalize()}: {frame.dropna(subset=['label']).label.iloc[0]} comes first",
            *(frame, "label", "customer_share"),
            f"Share of customers by the {word} of their last visit · as of {shop.as_of} · "
            f"n {frame.customer_count.sum():,}",
            **{"unit": RATE, "n": "customer_count", "height": 240, "names": {"label": word.capitalize()}},
            **{"passport": study_named("attribute_groups"), "currency": shop.currency},
            goal="Optimise the conversion path",
        )
        for word, frame in devices.items()
    ]
    page.two_up(*_figures)
    return


@app.cell(hide_code=True)
def finding_habits(choice, now):
    _recent = page.studied(shop, "last_purchases", where=choice.where).frame
    _lately = _recent[_recent.position <= 1].customer_count.sum()
    page.ranking(
        f"{RATE.text(_lately / now['customer_count'])} of the customers bought in the last 90 days",
        *(_recent[["band", "customer_count", "customer_share", "net_spend"]], "band", "customer_count"),
        f"Customers by their last purchase · as of {shop.as_of} · n {now['customer_count']:,}",
        **{"passport": study_named("last_purchases"), "currency": shop.currency, "height": 240},
        names={"band": "Last purchase"},
        goal="Strengthen stickiness and loyalty",
    )
    return


@app.cell(hide_code=True)
def figure_habits(asked, known):
    _words = {"usual_payment": "way to pay", "favourite_category": "favourite category"}
    _groups = {
        word: page.studied(shop, "attribute_groups", by=name, **asked).frame
        for name, word in _words.items()
        if name in known
    }
    mo.stop(not _groups)
    page.two_up(
        *(
            page.ranking(
                f"The commonest {word} is {frame.dropna(subset=['label']).label.iloc[0]}",
                *(frame, "label", "customer_count"),
                f"Customers by {word} · as of {shop.as_of} · n {frame.customer_count.sum():,}; unknown: mostly those "
                "who never bought",
                **{"n": "buyer_count", "names": {"label": word.capitalize()}, "currency": shop.currency},
                **{"passport": study_named("attribute_groups"), "goal": goal},
            )
            for word, frame in _groups.items()
        )
    )
    return


@app.cell(hide_code=True)
def finding_worth(asked, choice, known):
    split = next((name for name in (*choice.by, "age_band", "gender", "region", "country") if name in known), None)
    mo.stop(split is None)
    worth = page.studied(shop, "attribute_groups", by=split, **asked).frame.fillna({"label": "unknown"})
    worth = worth[worth.buyer_count >= 30].sort_values("revenue_per_buyer", ascending=False)
    mo.stop(worth.empty, page.empty("group of 30 buyers"))
    _apart = worth.low.iloc[0] > worth.high.iloc[-1]
    page.finding(
        "Which groups are worth more",
        "By {split}, {top} brings {high} per buyer and {bottom} {low}. Their 95 % intervals {apart}. Choose another "
        "attribute under “Split by”.",
        split=split.replace("_", " "),
        top=worth.label.iloc[0],
        high=MONEY.text(worth.revenue_per_buyer.iloc[0], shop.currency),
        bottom=worth.label.iloc[-1],
        low=MONEY.text(worth.revenue_per_buyer.iloc[-1], shop.currency),
        apart="do not overlap" if _apart else "overlap: this may be chance",
    )
    return split, worth


@app.cell(hide_code=True)
def figure_worth(asked, choice, split, worth):
    page.figure(
        f"By {split.replace('_', ' ')}, {worth.label.iloc[0]} is worth most and {worth.label.iloc[-1]} least",
        charts.ranked_intervals(
            *(worth.head(20), "label", "revenue_per_buyer", "low", "high"),
            **{"currency": shop.currency, "n": "buyer_count", "average": float(worth.average.iloc[0])},
            height=max(220, 30 * min(20, len(worth))),
        ),
        f"Net revenue per buyer with its 95 % interval; dashed: all buyers, "
        f"{MONEY.text(worth.average.iloc[0], shop.currency)} · {choice.during_text} · n {worth.buyer_count.sum():,} buyers · "
        f"{min(20, len(worth))} of {len(worth)} groups of at least 30 buyers",
        passport=passport(shop, metrics.revenue_per_buyer, **asked).told(),
        table=page.told(worth, names={"label": split.replace("_", " ").capitalize()}, currency=shop.currency),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def so_what(asked, known):
    mo.stop(not known)
    _gaps = page.studied(shop, "attribute_gaps", **asked).frame
    _below = _gaps[_gaps.verdict == "below"].rename(columns={"average": "all_buyers"})
    _advice = [
        f"{row['name'].capitalize()} {row['label']}: {row['buyer_count']:,} buyers bring "
        f"{MONEY.text(row['gap'], shop.currency)} less each than the average buyer. If the gap closed that would be "
        f"{MONEY.text(row['potential'], shop.currency)} in this period. Find out why first: ask, and test an offer."
        for row in _below.head(1).to_dict("records")
    ] or ["No group of at least 30 buyers spends clearly less than the average buyer. Look at what they do instead."]
    _shown = ["name", "label", "customer_count", "buyer_count", "revenue_per_buyer", "all_buyers", "gap", "potential"]
    page.action(
        "Begin with the largest group that spends less",
        _advice[0],
        page.sheet(
            _below[_shown],
            units=dict.fromkeys(("all_buyers", "gap", "potential"), MONEY),
            names={"name": "Attribute", "label": "Group", "potential": "If the gap closed"},
            **{"currency": shop.currency, "of": len(_gaps)},
        ),
        "groups-below-average",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise(
        "Split by region, then by occupation. In which of the two do the intervals of the best and the worst group "
        "stay apart? Which of the two would you build a campaign on?\n\n"
        "Who does not tell his age may differ from those who do. Compare the “unknown” group with the average.\n\n"
        "Among many groups one in twenty lies outside its 95 % interval by chance alone. Why does the list above use "
        "99 % intervals, and what is still needed before you call a difference a cause?"
    )
    return


@app.cell(hide_code=True)
def definitions():
    page.definitions([*standing, metrics.new_buyer_count, metrics.revenue_per_buyer])
    return


if __name__ == "__main__":
    app.run()
