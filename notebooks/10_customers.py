# chapter: One customer
# 中文: 客户画像
# question: Who is this customer, what do they like, and what is to be done next?
# goal: Raise customer value contribution
# needs: customers, orders, order_items, products, events, returns, tickets, responses, assignments
# figure: customer_count

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="One customer")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, open_shop, page, study
    from customary.declare import SEGMENTS, STUDIES
    from customary.page.superlatives import highest
    from customary.units import MONEY, RATE

    shop = open_shop()
    offer = page.offer(shop)
    mine = shop.audience == "analyst"
    goal = "Raise customer value contribution"
    facts = ("who", "behaviour", "value")  # the parts of a portrait that say what is known, not what follows from it
    stages, tiers = (list(SEGMENTS[name].labels(shop.rules)) for name in ("lifecycle_stage", "value_tier"))


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "10_customers",
        "Who is this customer, what do they like, and what is to be done next?",
        "One person, one portrait: who they are, what they did, what they prefer, what they are worth, and the next step for "
        "them.",
        serves="raise customer value contribution",
        needs="orders, customers, order_items, products, events, returns, tickets, responses",
        choice=choice,
    )
    return


@app.cell(hide_code=True)
def chosen():
    _address = mo.query_params()
    choice = page.choose(offer, {name: _address.get(name) for name in _address})
    mix, todo, quality = study(shop, "tag_mix"), study(shop, "next_actions"), study(shop, "tag_quality")
    cells, known_people = study(shop, "portrait_cells"), measure(shop, "customer_count")
    people = int(known_people.first["customer_count"] or 0)
    return cells, choice, known_people, mix, people, quality, todo


@app.cell(hide_code=True)
def headline(choice, mix, quality, todo):
    mo.stop(not todo.rows_total, page.empty("customers"))
    _judged, _todo = quality.to_pandas().query("customer_count > 0"), todo.to_pandas()
    _by = "year_net_spend" if _todo.year_net_spend.notna().any() else "customer_count"
    _first = _todo.loc[_todo[_by].idxmax()]
    _said = page.sentence(
        "{good} of {judged} tags that can be judged do better than the commonest label; the favourite category is known of "
        "{known} customers. {part} of {whole} belong to “{action}”: {share} of the customers.",
        quality,
        mix,
        todo,
        good=int((_judged.verdict == "better").sum()),
        judged=len(_judged),
        known=int(mix.first["known_count"]),
        action=_first.action,
        part=RATE.text(_first[_by] / _todo[_by].sum()),
        whole="last year’s spend" if _by == "year_net_spend" else "those with an action",
        share=RATE.text(_first.customer_share),
    )
    _made = page.sentence(
        "Portraits as of {as_of} with the snapshot: behaviour and tags are new with every build, attributes as "
        "the customer list brought them. Between two builds nothing moves: this is no live feed.",
        as_of=f"{shop.as_of}, made {shop.snapshot.built_at:%Y-%m-%d %H:%M} UTC",
    )
    mo.vstack([_said, page.headline(shop, choice, "customer_count", "buyer_rate", "profile_completeness"), _made])
    return


@app.cell(hide_code=True)
def controls(cells):
    wanted = mo.ui.text(placeholder="the biggest spender in decline", label="Customer number", debounce=True)
    _groups_only = page.finding(
        "No person is shown here",
        "Published pages show groups only: groups of fewer than {n} customers are hidden. Analysts look up a customer by "
        "number in the editor.",
        cells,
        n=STUDIES["portrait_cells"].options["fewest"],
    )
    wanted if mine else _groups_only
    return (wanted,)


@app.cell(hide_code=True)
def person(wanted):
    _asked = {"customer_id": wanted.value.strip()}
    _names = ("portrait", "alike", "timeline") if mine else ()
    portrait = {name: study(shop, name, **_asked) for name in _names}
    return (portrait,)


@app.cell(hide_code=True)
def finding_person(portrait):
    mo.stop(not mine)
    _card, _near = portrait["portrait"], portrait["alike"]
    mo.stop(
        not _card.rows_total,
        page.finding(
            "Nobody has that number",
            "Nearest: {near}.",
            _near,
            near=", ".join(_near.to_pandas(3).customer_id) or "none",
        ),
    )
    _rows = _card.to_pandas()
    _value = _rows.set_index("name").label.fillna("unknown")
    page.figure(
        _card,
        None,
        f"{_card.first['customer_id']}: {_value['lifecycle stage']}, {_value['value tier']}",
        f"Attributes, behaviour and value, as of {shop.as_of}; money in {shop.currency}. “–” is not known.",
        frame=_rows[_rows.part.isin(facts)][["part", "name", "zh", "label"]],
        most=60,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_next(portrait):
    mo.stop(not mine or not portrait["portrait"].rows_total)
    _card = portrait["portrait"]
    _rows = _card.to_pandas()
    _next = _rows.set_index("name").label["next best action"]
    page.figure(
        _card,
        None,
        f"Next: {_next}",
        f"Segments and tags, as of {shop.as_of}. Share: how much of the evidence (orders, lines or visits) speaks for it.",
        frame=_rows[~_rows.part.isin(facts)][["part", "name", "zh", "label", "share", "evidence_count"]],
        most=60,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_timeline(portrait):
    mo.stop(not mine)
    _line = portrait["timeline"]
    mo.stop(not _line.rows_total)
    page.figure(
        _line,
        None,
        f"{_line.rows_total:,} things are known to have happened, the last on {_line.text('happened_at')}",
        f"Everything the shop’s files say of this customer, the latest first, {shop.time_zone}, until {shop.as_of}.",
        most=40,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def tag_choice(mix):
    _rows = mix.to_pandas()
    _known = _rows[_rows.known_count > 0].tag.drop_duplicates().tolist()
    mo.stop(not _known, page.missing("order_items", "what customers prefer"))
    tag = mo.ui.dropdown(_known, value=_known[0], label="Tag", allow_select_none=False)
    tag
    return (tag,)


@app.cell(hide_code=True)
def finding_tags(mix, people, tag):
    _all = mix.to_pandas()
    _rows = _all[_all.tag == tag.value]
    _named = _rows[_rows.label != "unknown"]
    _known, _hidden = int(_rows.known_count.iloc[0]), int(_rows.hidden_count.iloc[0])
    mo.stop(not len(_named), page.empty(f"customers whose {tag.value} may be shown"))
    _top = _named.iloc[0]
    page.figure(
        mix,
        charts.ranked_bars(_named, "label", "customer_share", n="customer_count", height=260),
        f"{tag.value.capitalize()}: " + highest(_named, "label", "customer_count").say("most often “{names}”"),
        f"Share of the customers whose {tag.value} ({_top.zh}) is known, as of {shop.as_of}; n = {_known:,} of {people:,}. The "
        "others bought or visited too little to tell."
        + (f" {_hidden} labels of few customers are hidden." if _hidden else ""),
        frame=_named,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_cells(cells, people):
    mo.stop(not cells.rows_total, page.empty("groups large enough to be shown"))
    _rows, _hidden = cells.to_pandas(), int(cells.first["hidden_count"])
    _rows, _order = _rows.assign(both=_rows.label + ", " + _rows.and_label), {"x_order": tiers, "y_order": stages}
    page.figure(
        cells,
        charts.heatmap(_rows, "and_label", "label", "customer_count", x_title="value tier", height=240, **_order),
        highest(_rows, "both", "customer_count").say("Biggest group: {names}, {value}", "No group clearly leads"),
        f"Customers by lifecycle stage (down) and value tier (across), as of {shop.as_of}; n = {people:,}. "
        + (f"{_hidden} cells of few customers are hidden." if _hidden else "No cell had to be hidden."),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_quality(quality):
    _rows = quality.to_pandas()
    _rows = _rows[_rows.customer_count > 0]
    mo.stop(not len(_rows), page.missing("purchases before and after the cut", "whether tags hold afterwards"))
    _best = _rows.loc[(_rows.accuracy_rate - _rows.base_rate).idxmax()]
    _weak = ", ".join(_rows[_rows.verdict != "better"].tag) or "none"
    _days = STUDIES["tag_quality"].options["holdout_days"]
    page.figure(
        quality,
        charts.ranked_intervals(_rows, "tag", "accuracy_rate", "low_rate", "high_rate", n="customer_count", height=320),
        f"{_best.tag.capitalize()} is right for {RATE.text(_best.accuracy_rate)}; calling everybody the commonest would get "
        f"{RATE.text(_best.base_rate)}",
        f"Share of tags learnt before the last {_days} days that were right about them, with 95% intervals; n = "
        f"{int(_rows.customer_count.min()):,} to {int(_rows.customer_count.max()):,} customers a tag. Not significantly better "
        f"than the commonest label, so describe but do not predict with: {_weak}.",
        frame=_rows,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_actions(people, todo):
    mo.stop(not todo.rows_total, page.empty("actions for enough customers"))
    _rows, _hidden = todo.to_pandas(), int(todo.first["hidden_count"])
    _most = _rows.loc[_rows.customer_count.idxmax()]
    page.figure(
        todo,
        charts.ranked_bars(_rows, "action", "customer_count", as_given=True, height=320),
        f"“{_most.action.capitalize()}” is next for {RATE.text(_most.customer_share)} of the customers",
        f"Customers by next best action, in the order of the rules, as of {shop.as_of}; n = {people:,}."
        + (f" {_hidden} actions for few customers are hidden." if _hidden else ""),
        frame=_rows[["action", "zh", "customer_count", "customer_share", "net_spend", "year_net_spend"]],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def action_choice(todo):
    _names = todo.to_pandas().action.tolist()
    mo.stop(not _names)
    act = mo.ui.dropdown(_names, value=_names[min(1, len(_names) - 1)], label="Action", allow_select_none=False)
    act
    return (act,)


@app.cell(hide_code=True)
def so_what(act, todo):
    _row = todo.to_pandas().set_index("action").loc[act.value]
    _list = study(shop, "action_list", action=act.value) if mine else todo
    page.action(
        f"{act.value.capitalize()} ({_row.zh})",
        f"{_row['do']} For {int(_row.customer_count):,} customers: {_row.why}. They spent "
        f"{MONEY.text(_row.year_net_spend, shop.currency)} in the last year. Keep a random half aside: only the difference is "
        "the action’s doing.",
        _list,
        beside=[todo],
        most=25,
        file_name="next-best-action",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Take a tag that predicts no better than the commonest label. Is it useless? Name a decision it still serves.

    Raise `least` of the tag category in data/tags.toml. What happens to its accuracy, and to how many are known?

    Swap two actions in data/actions.toml. Who moves, and why does the order matter?
    """)
    return


@app.cell(hide_code=True)
def definitions(cells, known_people, mix, quality, todo):
    page.definitions(known_people, mix, cells, quality, todo)
    return


if __name__ == "__main__":
    app.run()
