# chapter: Best customers
# 中文: 核心客户
# question: On whom does the revenue depend, and what sets them apart?
# goal: Raise customer value contribution
# needs: orders, customers, order_items, products
# figure: concentration.top_20_share

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Best customers")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.declare import SEGMENTS
    from customary.page.superlatives import first_of
    from customary.units import RATE
    from customary.wording import all_of, say, word, wording

    shop = open_shop()
    goal = "Raise customer value contribution"
    offer = page.offer(shop, "country", "region", "acquisition_channel", frame="customers", splits=False)


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "20_best_customers",
        "On whom does the revenue depend, and what sets them apart?",
        "A few customers bring much of the revenue. What they do, who they are and what they buy shows whom else to win over, "
        "and with what.",
        serves="raise customer value contribution",
        needs="orders, customers, order_items, products",
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
    rich, curve = study(shop, "concentration", **who), study(shop, "lorenz", **who)
    buyers = int(rich.first["buyer_count"] or 0)
    return buyers, choice, curve, rich, who


@app.cell(hide_code=True)
def answers(choice, who):
    mix, together = study(shop, "tier_categories", **choice.query_options), study(shop, "product_pairs", **who)
    classes = {of: study(shop, "abc", of=of, **choice.query_options) for of in ("customers", "products")}
    return classes, mix, together


@app.cell(hide_code=True)
def headline(buyers, choice, rich):
    mo.stop(not buyers, page.empty("buyers"))
    _said = page.sentence(
        "The biggest tenth of {buyer_count} buyers brings {top_10_share} of all spend so far, the biggest fifth "
        "{top_20_share}.",
        rich,
    )
    _tiles = ("revenue_per_buyer", "orders_per_buyer", "average_order_value", "returning_buyer_rate")
    mo.vstack([_said, page.headline(shop, choice, *_tiles)])
    return


@app.cell(hide_code=True)
def finding_concentration(buyers, curve, rich):
    mo.stop(not buyers)
    _points = curve.to_pandas()
    _people, _value = "share of buyers, smallest spender first", "share of spend"
    _drawn = charts.lorenz(_points, "buyer_share", "spend_share", mark_at=0.8, people_title=_people, value_title=_value)
    page.figure(
        rich,
        _drawn if len(_points) else None,
        "The top 1% of the buyers bring {top_1_share} of the spend, the top 10% {top_10_share}, the top 20% {top_20_share}",
        (
            "Spend after discounts, all of the data to {as_of}; n = {buyer_count} buyers. The Gini coefficient is {gini}: 0 if "
            "all spent the same, near 1 if one spent everything.",
            "On the dashed line all would spend the same." if len(_points) else curve.withheld_text,
        ),
        beside=[curve],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def pair():
    _pairs = {
        wording("loyal against lost, by lifecycle stage"): ("lifecycle_stage", "maturity", "lost"),
        wording("loyal against churn risk, by RFM"): ("rfm_tier", "loyal", "churn risk"),
        wording("the best value tier against all others"): ("value_tier", "", ""),
    }
    _known = {said: pair for said, pair in _pairs.items() if pair[0] in SEGMENTS}
    against = mo.ui.dropdown(_known, next(iter(_known)), label=wording("Compare"), allow_select_none=False)
    against
    return (against,)


@app.cell(hide_code=True)
def contrasts(against, who):
    _segment, _first, _second = against.value
    apart = study(shop, "contrast", segment=_segment, first=_first, second=_second, **who)
    one, other = (word(apart.first.get(side), column=_segment) for side in ("first", "second"))
    return apart, one, other


@app.cell(hide_code=True)
def differences(apart):
    _rows = apart.to_pandas()
    ways, attributes = _rows[_rows.kind == "behaviour"], _rows[_rows.kind == "attribute"]
    _clear = ways[~ways.is_defining & (ways.verdict != "not clear")].head(3)
    facts = [
        say("{fact} {verdict}", fact=apart.text("name", fact), verdict=word(verdict))
        for fact, verdict in zip(_clear["name"], _clear.verdict, strict=True)
    ]
    traits = attributes[attributes.verdict != "not clear"]
    _named = [
        say("{value} – {fact}", value=apart.text("label", value), fact=apart.text("name", fact))
        for value, fact in zip(traits.label, traits["name"], strict=True)
    ]
    traits = traits.assign(trait=_named)
    return attributes, facts, traits, ways


@app.cell(hide_code=True)
def finding_contrast(apart, buyers, facts, one, other, ways):
    mo.stop(not buyers)
    mo.stop(not apart.rows_total, page.empty("groups of enough customers"))
    _columns = ["name", "first_value", "first_count", "second_value", "second_count", "difference", "verdict"]
    page.figure(
        apart,
        None,
        "What sets “{one}” apart from “{other}”: {facts}"
        if facts
        else "Nothing they do sets “{one}” clearly apart from “{other}”",
        "Means per customer of “{one}” (first group) and “{other}” (second group), as of {as_of}; significant is what its "
        "99% interval keeps apart from nothing (Welch). What the groups are sorted by says nothing new.",
        one=one,
        other=other,
        facts=say("; ").join(facts),
        frame=ways[[*_columns, "is_defining"]],
        most=30,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_traits(apart, attributes, buyers, one, other, traits):
    mo.stop(not buyers or not apart.rows_total)
    _none = "No attribute sets “{one}” significantly apart from “{other}”."
    mo.stop(not len(traits), page.sentence(_none, apart, one=one, other=other))
    _drawn, _low, _high = traits.head(12), "low_difference", "high_difference"
    _subject = [_drawn.trait.iloc[0]]
    _picture = charts.ranked_intervals(
        _drawn, "trait", "difference", _low, _high, unit=RATE, n="first_count", average=0, highlight=_subject
    )
    page.figure(
        apart,
        _picture,
        "“{one}” against “{other}”: {trait} differs significantly",
        "Share among “{one}” minus share among “{other}”, points of per cent with the 99% interval (Newcombe); {shown} of "
        "{clear} significant ones of {all} values, as of {as_of}.",
        one=one,
        other=other,
        trait=_drawn.trait.iloc[0],
        shown=len(_drawn),
        clear=len(traits),
        all=len(attributes),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_taste(buyers, choice, mix):
    mo.stop(not buyers)
    _tiers, _rows = list(SEGMENTS["value_tier"].labels(shop.rules)), mix.to_pandas()
    mo.stop(set(_rows.category) <= {"unknown"}, page.missing("products with categories", "what each tier prefers"))
    _named = {tier: _rows[(_rows.value_tier == tier) & (_rows.category != "others")] for tier in _tiers}
    _tops = {tier: all_of(first_of(part, "category", "spend_share").labels) for tier, part in _named.items()}
    _known = {tier: name for tier, name in _tops.items() if name}
    _said = [
        say("{category} ({tier})", category=name, tier=word(tier, column="value_tier")) for tier, name in _known.items()
    ]
    page.figure(
        mix,
        charts.heatmap(_rows, "value_tier", "category", "spend_share", x_order=_tiers),
        "First category by spend in every tier: {category}"
        if len(set(_known.values())) == 1
        else "First category by spend: {categories}",
        "Share (%) of a tier’s spend by category, biggest first, {during}; n = {n:,} buyers so far.",
        category=min(_known.values(), default=""),
        categories=say(", ").join(_said),
        n=buyers,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_abc(buyers, choice, classes):
    mo.stop(not buyers)
    _known = {of: found for of, found in classes.items() if found.rows_total}
    mo.stop(not _known, page.empty("orders"))
    _titles = {
        "customers": "{thing_count} of {n:,} customers bring {revenue_share} of the revenue",
        "products": "{thing_count} of {n:,} products bring {revenue_share} of the revenue",
    }
    _figures = [
        page.figure(
            found,
            charts.ranked_bars(found.to_pandas(), "abc", "thing_share", n="thing_count", as_given=True, height=160),
            _titles[of],
            "Share of the {things} in class A, B and C of revenue after discounts, {during}; n = {n:,}. Equal values share a "
            "class.",
            things=word(of),
            n=int(found.to_pandas().thing_count.sum()),
            goal=goal,
        )
        for of, found in _known.items()
    ]
    page.two_up(*_figures, more=say("Customers and products by class: A, B and C"))
    return


@app.cell(hide_code=True)
def finding_pairs(buyers, together):
    mo.stop(not buyers)
    mo.stop(not shop.snapshot.rows["items"], page.missing("order_items", "which products go together"))
    mo.stop(not together.rows_total, page.empty("products that enough customers bought together"))
    _shown = ["first_name", "second_name", "both_count", "open_count", "both_rate", "low_rate", "high_rate"]
    _shown += ["usual_rate", "lift"]
    _pairs = page.figure(
        together,
        None,
        "{open_count} buyers of {first_name} have not bought {second_name}, which goes with it",
        "Pairs that at least as many customers bought as the study asks for, those closest to each other first; n = "
        "{n:,} buyers, {total_rows:,} pairs. Past purchases, not a cause: an offer to a random half tells whether it works.",
        n=buyers,
        frame=together.to_pandas()[_shown],
        most=8,
        goal=goal,
    )
    page.two_up(_pairs, more=say("Products that go together: how sure each pair is"))
    return


@app.cell(hide_code=True)
def so_what(buyers, together):
    mo.stop(not buyers or not together.rows_total)
    page.action(
        "Offer what goes together to those who have half of it",
        "{total_rows:,} pairs of products were bought by enough customers to compare. Begin with the first: offer "
        "{second_name} to those who have only {first_name}, to a random half of them, for only the difference is the offer’s "
        "doing.",
        together,
        columns=["first_name", "second_name", "both_count", "open_count", "usual_rate", "both_rate"],
        most=10,
        file_name="products-that-go-together",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Loyal customers bring more back. Does that make returns good? Say what else would have to be true.

    Find a class-A product that nobody of the best tier buys. Is it a gateway or a dead end?
    """)
    return


@app.cell(hide_code=True)
def definitions(apart, classes, curve, mix, rich, together):
    page.definitions(rich, curve, *classes.values(), apart, mix, together)
    return


if __name__ == "__main__":
    app.run()
