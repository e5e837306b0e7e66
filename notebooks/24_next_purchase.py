# chapter: Next purchase
# 中文: 下次购买
# question: What will customers want next, and can that be foretold?
# goal: Raise customer value contribution
# needs: order_items, orders, products, events
# figure: recommendation_quality.recall_rate

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Next purchase")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.offers import NO_FIGURE
    from customary.page.superlatives import first_of
    from customary.page.switches import Switch, read_switches, switch_bar, with_switches
    from customary.units import RATIO
    from customary.wording import say, word, wording

    shop = open_shop()
    rows = shop.snapshot.rows
    goal = "Raise customer value contribution"
    offer = page.offer(
        shop, "country", "region", "acquisition_channel", frame="customers", splits=False, dated=NO_FIGURE
    )


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "24_next_purchase",
        "What will customers want next, and can that be foretold?",
        "What somebody bought and looked at says what they may want next. How well it says so is tried on orders that were kept "
        "back, beside what needs no model at all.",
        serves="raise customer value contribution",
        needs="order_items, orders, products, events",
        choice=choice,
    )
    return


@app.cell(hide_code=True)
def controls():
    bar = page.controls(offer)
    bar
    return (bar,)


@app.cell(hide_code=True)
def switches():
    _kept = {"keep": wording("are offered again"), "leave out": wording("are left out")}
    fields = (Switch("owned", wording("Products that a customer has"), _kept),) if rows["items"] else ()
    rules = switch_bar(fields)
    rules if fields else None
    return fields, rules


@app.cell(hide_code=True)
def chosen(bar, fields, rules):
    picked = read_switches(fields, rules.value)
    choice = with_switches(page.choose(offer, bar.value), fields, picked)
    who = {"where": choice.where}
    return choice, picked, who


@app.cell(hide_code=True)
def answers(picked, who):
    quality = study(shop, "recommendation_quality", **who)
    _best = quality.to_pandas().query("is_chosen")
    # What the trial chose is not chosen a second time.
    asked = {"method": _best.method.iloc[0] if len(_best) else "", "owned": picked.get("owned", "keep"), **who}
    listed, counted = study(shop, "next_product", **asked), study(shop, "recommended_products", **asked)
    baskets, demand = study(shop, "basket_pairs", **who), study(shop, "rising_demand", **who)
    return baskets, counted, demand, listed, quality


@app.cell(hide_code=True)
def headline(quality):
    mo.stop(not rows["items"], page.missing("order_items", "what customers may want next"))
    mo.stop(not quality.rows_total, page.empty("customers with three orders or more"))
    _rows = quality.to_pandas()
    _rows = _rows[_rows.trial == "test"]
    tested = _rows.assign(label=[quality.text("method", way) for way in _rows.method])
    best, _again = tested[tested.is_chosen].iloc[0], tested[tested.method == "bought again"].iloc[0]
    page.sentence(
        "{hits} of customers find one product or more of their last order among ten recommended ({low} to {high}); what they had "
        "bought before, once more, holds {again} of the order.",
        quality,
        hits=quality.text("hit_rate", best.hit_rate),
        low=quality.text("hit_rate", best.low_hit_rate),
        high=quality.text("hit_rate", best.high_hit_rate),
        again=quality.text("recall_rate", _again.recall_rate),
    )
    return best, tested


@app.cell(hide_code=True)
def finding_quality(best, quality, tested):
    _low, _high = "low_recall_rate", "high_recall_rate"
    page.figure(
        quality,
        charts.ranked_intervals(tested, "label", "recall_rate", _low, _high, highlight=[best.label]),
        "Ten recommendations hold {recall} of a customer’s last order: {times} times as much as ten popular products",
        "Recall with 95% intervals; n = {n:,} customers with three orders or more, at most the 2,000 who bought last. “{way}” was "
        "chosen by the order before the last; the last, shown here, chose nothing.",
        recall=quality.text("recall_rate", best.recall_rate),
        times=RATIO.text(best.against_popular),
        n=int(best.customer_count),
        way=best.label,
        frame=tested.drop(columns="label"),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_most(counted):
    mo.stop(not counted.rows_total, page.empty("recommendations"))
    _rows = counted.to_pandas(12)
    _first = first_of(_rows, "product_name", "customer_share")
    page.figure(
        counted,
        charts.ranked_bars(_rows, "product_name", "customer_share", n="customer_total", highlight=_first.labels),
        _first.say("“{names}” is recommended most: to {value} of customers", "Several products are recommended most"),
        "Share of customers to whom a product is one of five recommended next; n = {customer_total} customers who bought or "
        "looked at anything; {shown} of {total_rows:,} products. {stock}",
        shown=len(_rows),
        stock=say("Products that are sold out are not among them.")
        if counted.to_pandas().is_in_stock.notna().any()
        else say("The shop does not say what is in stock: sold-out products may be among them."),
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_baskets(baskets):
    mo.stop(not rows["items"])
    mo.stop(not baskets.rows_total, page.empty("pairs of products in twenty orders"))
    _pairs = baskets.to_pandas().query("first_id < second_id")  # each pair once
    _shown = ["first_name", "second_name", "both_orders", "both_rate", "low_rate", "high_rate", "usual_rate", "lift"]
    page.figure(
        baskets,
        None,
        "{part} of the orders with {first} also hold {second}",
        "Pairs in twenty orders or more, of the 200 products in the most orders, those closest to each other first: nothing is "
        "ranked by lift, which is highest where two products were sold once, together. n = {order_total} orders, "
        "{pairs:,} pairs.",
        part=baskets.text("both_rate", _pairs.both_rate.iloc[0]),
        first=_pairs.first_name.iloc[0],
        second=_pairs.second_name.iloc[0],
        pairs=len(_pairs),
        frame=_pairs[_shown],
        most=8,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def demand_rows(demand):
    mo.stop(not rows["events"], page.missing("events", "demand that sales do not follow"))
    mo.stop(not demand.rows_total, page.empty("categories that people searched or looked at"))
    wanted = demand.to_pandas()
    _early = "Log and orders do not reach back far enough yet."
    mo.stop((wanted.verdict == "too early").all(), page.sentence(_early, demand))
    rising = list(wanted.label[wanted.verdict == "above"])
    return rising, wanted


@app.cell(hide_code=True)
def finding_demand(demand, rising, wanted):
    _ends = ("low_lead_ratio", "high_lead_ratio")
    page.figure(
        demand,
        charts.ranked_intervals(wanted, "label", "lead_ratio", *_ends, unit=RATIO, average=1.0, highlight=rising),
        "Interest outgrew orders in {names}" if rising else "In no category did interest clearly outgrow orders",
        "Growth of the people who searched or looked, over the growth of orders, the last 90 days against the 90 before; the "
        "dashed line is no difference, the whole shop is at {shop}. The intervals hold for all {groups} categories "
        "together. Before buying in, look at price, stock and page.",
        names=say(", ").join(map(word, rising)),
        shop=RATIO.text(wanted.shop_ratio.iloc[0]),
        groups=len(wanted),
        frame=wanted,
        goal="Drive product and service innovation",
    )
    return


@app.cell(hide_code=True)
def so_what(counted, listed):
    mo.stop(not counted.rows_total)
    page.action(
        "Offer each customer what speaks for itself",
        "There is a list for {customers} customers, less those who refused marketing: each place with the purchase or look "
        "that it comes from. Offer it to a random half of them: only the difference is the offer’s doing.",
        listed,
        beside=[counted],
        columns=["customer_id", "position", "product_name", "reason", "because_name", "is_owned", "is_in_stock"],
        most=12,
        file_name="next-products",
        customers=counted.text("customer_total"),
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    A list of what everybody buys is right for many and new to nobody. Compare recall and novelty of the ways: which would you
    send to somebody who came back after a year?

    Leave out what customers have. What becomes of the list, and for which goods is that right?
    """)
    return


@app.cell(hide_code=True)
def definitions(baskets, counted, demand, listed, quality):
    page.definitions(quality, counted, listed, baskets, demand)
    return


if __name__ == "__main__":
    app.run()
