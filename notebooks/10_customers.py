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
    from customary.language import reader_language
    from customary.page.superlatives import highest
    from customary.units import RATE
    from customary.wording import say, word

    shop = open_shop()
    offer = page.offer(shop)
    mine, goal = shop.audience == "analyst", "Raise customer value contribution"
    stages, tiers = (list(SEGMENTS[name].labels(shop.rules)) for name in ("lifecycle_stage", "value_tier"))


@app.cell(hide_code=True)
def question(choice):
    page.question(
        shop,
        "10_customers",
        "Who is this customer, what do they like, and what is to be done next?",
        "One person, one portrait: who they are, what they did, what they prefer, what they are worth, and what is next.",
        serves="raise customer value contribution",
        needs="orders, customers, order_items, products, events, returns, tickets, responses",
        choice=choice,
    )
    return


@app.cell(hide_code=True)
def chosen():
    own_name = "zh" if reader_language() == "zh" else "name"  # what is said of a customer bears a name in each
    _address = mo.query_params()
    choice = page.choose(offer, {name: _address.get(name) for name in _address})
    mix, todo, quality = study(shop, "tag_mix"), study(shop, "next_actions"), study(shop, "tag_quality")
    cells, known_people = study(shop, "portrait_cells"), measure(shop, "customer_count")
    people = int(known_people.first["customer_count"] or 0)
    return cells, choice, known_people, mix, own_name, people, quality, todo


@app.cell(hide_code=True)
def headline(choice, mix, quality, todo):
    mo.stop(todo.to_pandas().customer_count.isna().all(), page.empty("customers"))
    _judged, _todo = quality.to_pandas().query("customer_count > 0"), todo.to_pandas()
    _by = "year_net_spend" if _todo.year_net_spend.notna().any() else "customer_count"
    _first = _todo.loc[_todo[_by].idxmax()]
    _said = page.sentence(
        "{good} of {judged} tags that can be judged do better than the commonest label; the favourite category is known of "
        "{known_count} customers. {part} of {whole} belong to “{action}”: {share} of the customers.",
        quality,
        mix,
        todo,
        good=int((_judged.verdict == "better").sum()),
        judged=len(_judged),
        action=word(_first.action),
        part=RATE.text(_first[_by] / _todo[_by].sum()),
        whole=say("last year’s spend") if _by == "year_net_spend" else say("those with an action"),
        share=RATE.text(_first.customer_share),
    )
    _made = page.sentence(
        "Portraits as of {as_of}, made {made} UTC with the snapshot: behaviour and tags are new with every build, attributes "
        "as the customer list brought them. Between two builds nothing moves: this is no live feed.",
        todo,
        made=f"{shop.snapshot.built_at:%Y-%m-%d %H:%M}",
    )
    mo.vstack([_said, page.headline(shop, choice, "customer_count", "buyer_rate", "profile_completeness"), _made])
    return


@app.cell(hide_code=True)
def controls(cells):
    _first, _number = str(say("the biggest spender in decline")), say("Customer number")
    wanted = mo.ui.text(placeholder=_first, label=_number, debounce=True)
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
    _names, _who = ("portrait", "alike", "timeline") if mine else (), wanted.value.strip()
    portrait = {name: study(shop, name, customer_id=_who) for name in _names}
    return (portrait,)


@app.cell(hide_code=True)
def finding_person(own_name, portrait):
    mo.stop(not mine)
    _card, _near = portrait["portrait"], portrait["alike"]
    _alike = say(", ").join(_near.to_pandas(3).customer_id) or word("none")
    mo.stop(not _card.rows_total, page.finding("Nobody has that number", "Nearest: {near}.", _near, near=_alike))
    _rows, _value = _card.to_pandas(), _card.to_pandas().set_index("name").label.fillna("unknown")
    page.figure(
        _card,
        None,
        "{who}: {stage}, {tier}; next: {action}",
        "Attributes, behaviour, value, segments and tags, as of {as_of}; money in {currency}. “–” is not known. Share: how "
        "much of the evidence (orders, lines or visits) speaks for it.",
        who=_card.first["customer_id"],
        stage=word(_value["lifecycle stage"], column="lifecycle_stage"),
        tier=word(_value["value tier"], column="value_tier"),
        action=word(_value["next best action"]),
        frame=_rows.assign(name=_rows[own_name])[["part", "name", "label", "share", "evidence_count"]],
        most=100,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_timeline(portrait):
    mo.stop(not mine or not portrait["timeline"].rows_total)
    _title = "{total_rows:,} things are known to have happened, the last on {happened_at}"
    _said = "Everything the shop’s files say of this customer, the latest first, {zone}, until {as_of}."
    _line = page.figure(portrait["timeline"], None, _title, _said, zone=shop.time_zone, most=40, goal=goal)
    page.two_up(_line, more=say("What happened with this customer, the latest first"))
    return


@app.cell(hide_code=True)
def finding_actions(people, todo):
    mo.stop(todo.to_pandas().customer_count.isna().all(), page.empty("actions for enough customers"))
    _rows, _hidden = todo.to_pandas(), int(todo.first["hidden_count"])
    _most = _rows.loc[_rows.customer_count.idxmax()]
    _next, _money = word(_most.action), ["net_spend", "year_net_spend"]
    page.figure(
        todo,
        charts.ranked_bars(_rows, "action", "customer_count", highlight=[_next], as_given=True, height=320),
        "“{action}” is next for {share} of the customers",
        (
            "Customers by next best action, in the order of the rules, as of {as_of}; n = {people:,}.",
            "{hidden:,} actions for few customers are hidden." if _hidden else "",
        ),
        action=_next.capitalize(),
        share=RATE.text(_most.customer_share),
        people=people,
        hidden=_hidden,
        frame=_rows[["action", "customer_count", "customer_share", *_money]],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def tag_choice(mix, own_name):
    _rows = mix.to_pandas().assign(name=lambda each: each.tag)
    _tags = _rows[_rows.known_count > 0].drop_duplicates("tag").set_index(own_name).tag.to_dict()
    mo.stop(not _tags, page.missing("order_items", "what customers prefer"))
    tag = mo.ui.dropdown(_tags, value=next(iter(_tags)), label=say("Tag"), allow_select_none=False)
    tag
    return (tag,)


@app.cell(hide_code=True)
def finding_tags(mix, people, tag):
    _rows, _name = mix.to_pandas().loc[lambda each: each.tag == tag.value], tag.selected_key
    _named = _rows[_rows.label != "unknown"]
    _known, _hidden = int(_rows.known_count.iloc[0]), int(_rows.hidden_count.iloc[0])
    mo.stop(not len(_named), page.empty("customers whose tag may be shown"))
    _most, _none = highest(_named, "label", "customer_count"), say("{tag}: no label stands clearly apart", tag=_name)
    page.figure(
        mix,
        charts.ranked_bars(_named, "label", "customer_share", n="customer_count", highlight=_most.labels, height=260),
        _most.say("{tag}: most often “{names}”", _none, tag=_name.capitalize()),
        (
            "Share of the customers whose {tag} is known, as of {as_of}; n = {known:,} of {people:,}. The others bought or "
            "visited too little to tell.",
            "{hidden:,} labels of few customers are hidden." if _hidden else "",
        ),
        tag=_name,
        known=_known,
        people=people,
        hidden=_hidden,
        frame=_named.drop(columns="zh"),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_cells(cells, people):
    mo.stop(not cells.rows_total, page.empty("groups large enough to be shown"))
    _x, _y, _count = "value_tier", "lifecycle_stage", "customer_count"
    _rows, _hidden = cells.to_pandas().rename(columns={"label": _y, "and_label": _x}), int(cells.first["hidden_count"])
    _pairs = [(word(each.lifecycle_stage, column=_y), word(each.value_tier, column=_x)) for each in _rows.itertuples()]
    _rows = _rows.assign(both=[say(", ").join(pair) for pair in _pairs])
    _matrix = page.figure(
        cells,
        charts.heatmap(_rows, _x, _y, _count, x_title="value tier", x_order=tiers, y_order=stages, height=240),
        highest(_rows, "both", _count).say("Biggest group: {names}, {value}", "No group clearly leads"),
        (
            "Customers by lifecycle stage (down) and value tier (across), as of {as_of}; n = {people:,}.",
            "{hidden:,} cells of few customers are hidden." if _hidden else "No cell had to be hidden.",
        ),
        people=people,
        hidden=_hidden,
        frame=_rows[[_y, _x, _count]],
        goal=goal,
    )
    page.two_up(_matrix, more=say("Customers by stage and tier"))
    return


@app.cell(hide_code=True)
def finding_quality(own_name, quality):
    _rows = quality.to_pandas().dropna(subset=["accuracy_rate", "base_rate"]).assign(name=lambda each: each.tag)
    mo.stop(_rows.empty, page.missing("purchases before and after the cut", "whether tags hold afterwards"))
    _best, _right = _rows.loc[(_rows.accuracy_rate - _rows.base_rate).idxmax()], "accuracy_rate"
    _weak, _sizes = say(", ").join(_rows[_rows.verdict != "better"][own_name]), _rows.customer_count
    _figure = page.figure(
        quality,
        charts.ranked_intervals(_rows, own_name, _right, "low_rate", "high_rate", n=_sizes.name, height=320),
        "{tag} is right for {right}; calling everybody the commonest would get {base}",
        "Share of tags learnt before the last {days} days that were right about them, with 95% intervals; n = {fewest:,} to "
        "{greatest:,} customers a tag. Not significantly better than the commonest label, so describe but do not predict with: "
        "{weak}.",
        tag=_best[own_name].capitalize(),
        right=RATE.text(_best.accuracy_rate),
        base=RATE.text(_best.base_rate),
        days=STUDIES["tag_quality"].options["holdout_days"],
        fewest=_sizes.min(),
        greatest=_sizes.max(),
        weak=_weak or word("none"),
        frame=_rows.drop(columns=["name", "zh"]),
        goal=goal,
    )
    page.two_up(_figure, more=say("How often the tags are right"))
    return


@app.cell(hide_code=True)
def action_choice(todo):
    _names = {word(name): name for name in todo.to_pandas().action}
    mo.stop(not _names)
    act = mo.ui.dropdown(_names, list(_names)[:2][-1], label=say("Action"), allow_select_none=False)
    act
    return (act,)


@app.cell(hide_code=True)
def so_what(act, todo):
    _row = todo.to_pandas().set_index("action").loc[act.value]
    _list = study(shop, "action_list", action=act.value) if mine else todo
    page.action(
        "{action} – whom to address",
        "{measure} For {n:,} customers: {reason}. They spent {amount} in the last year. Keep a random half aside: only the "
        "difference is the action’s doing.",
        _list,
        beside=[todo],
        action=act.selected_key.capitalize(),
        measure=word(_row["do"]),
        n=int(_row.customer_count),
        reason=word(_row.why),
        amount=todo.text("year_net_spend", _row.year_net_spend),
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
