# chapter: One customer
# 中文: 客户画像
# question: Who is this customer, what do they like, and what is to be done next?
# goal: Raise customer value contribution
# needs: orders, customers, order_items, products, events, returns, tickets, responses, assignments

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="One customer")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, measure, metrics, open_shop, page, study
    from customary.declare import SEGMENTS, STUDIES
    from customary.units import MONEY, RATE

    shop = open_shop()
    offer = page.offered(shop)
    mine = shop.audience == "analyst"
    goal = {"goal": "Raise customer value contribution"}
    stages, tiers = (list(SEGMENTS[name].labels(shop.rules)) for name in ("lifecycle_stage", "value_tier"))


@app.cell(hide_code=True)
def question(choice):
    _title = "Who is this customer, what do they like, and what is to be done next?"
    mo.vstack(
        [
            page.header(shop, "10_customer", chapters(mo.notebook_dir()), query=choice.query),
            page.question(
                _title,
                "One person, one portrait: who they are, what they did, what they prefer, what they are worth, and the next "
                "step for them (B-059…B-066, A-028, A-029, C-020, C-043).",
                serves="raise customer value contribution",
                needs="orders, customers, order_items, products, events, returns, tickets, responses",
            ),
        ]
    )
    return


@app.cell(hide_code=True)
def chosen():
    _address = mo.query_params()
    choice = page.choose(offer, {name: _address.get(name) for name in _address})
    mix = study(shop, "tag_mix")
    todo = study(shop, "next_actions")
    quality = study(shop, "tag_quality")
    people = measure(shop, metrics.customer_count).to_pylist()[0]["customer_count"]
    return choice, mix, people, quality, todo


@app.cell(hide_code=True)
def headline(choice, mix, quality, todo):
    mo.stop(not len(todo.to_pandas()), page.empty("customers"))
    _known = mix.to_pandas().drop_duplicates("tag").set_index("tag").known_count
    _judged = quality.to_pandas()[quality.to_pandas().customer_count > 0]
    _first = todo.to_pandas().loc[todo.to_pandas().year_net_spend.idxmax()]
    mo.vstack(
        [
            page.sentence(
                "{good} of {judged} tags that can be judged do better than the commonest label; the favourite category is "
                "known of {known} customers. The most of last year’s spend hangs on “{action}”: {share} of the customers.",
                good=int((_judged.verdict == "better").sum()),
                judged=len(_judged),
                known=int(_known.iloc[0]),
                action=_first.action,
                share=RATE.text(_first.customer_share),
            ),
            page.headline(shop, choice, metrics.customer_count, metrics.buyer_rate, metrics.profile_completeness),
            page.sentence(
                "Portraits of {as_of}, made {made} with the snapshot: behaviour and tags are new with every build, "
                "attributes as the customer list brought them. Between two builds nothing moves: this is no live feed.",
                as_of=str(shop.as_of),
                made=f"{shop.snapshot.built_at:%Y-%m-%d %H:%M} UTC",
            ),
        ]
    )
    return


@app.cell(hide_code=True)
def controls():
    wanted = mo.ui.text(placeholder="the biggest spender in decline", label="Customer number", debounce=True)
    (
        wanted
        if mine
        else page.finding(
            "No person is shown here",
            "Published pages show groups only: groups of fewer than {n} customers are hidden. Analysts look up a customer by "
            "number in the editor.",
            n=STUDIES["portrait_cells"].options["fewest"],
        )
    )
    return (wanted,)


@app.cell(hide_code=True)
def finding_person(wanted):
    mo.stop(not mine)
    _asked = {"customer_id": wanted.value.strip()}
    _card = study(shop, "portrait", **_asked)
    _near = study(shop, "alike", **_asked).frame.customer_id
    mo.stop(
        not len(_card.to_pandas()), page.finding("Nobody has that number", "Nearest: {near}.", near=", ".join(_near))
    )
    _value = _card.to_pandas().set_index("name").value
    _rows = _card.to_pandas().assign(
        fact=_card.to_pandas().name + " " + _card.to_pandas().zh, known=_card.to_pandas().value
    )
    _rows = _rows[["part", "fact", "known", "share", "evidence_count"]].rename(columns={"evidence_count": "evidence"})
    _facts = _rows.part.isin(["who", "behaviour", "value"])
    page.two_up(
        page.figure(
            _card,
            None,
            f"{_card.first['customer_id']}: {_value['lifecycle stage']}, {_value['value tier']}",
            f"Attributes, behaviour and value, as of {shop.as_of}; money in {shop.currency}. “–” is not known.",
            **goal,
        ),
        page.figure(
            _card,
            None,
            f"Next: {_value['next best action']}",
            f"Segments and tags, as of {shop.as_of}. Share: how much of the evidence (orders, lines or visits) speaks for it.",
            **goal,
        ),
    )
    return


@app.cell(hide_code=True)
def finding_timeline(wanted):
    mo.stop(not mine)
    _line = study(shop, "timeline", customer_id=wanted.value.strip())
    mo.stop(not len(_line.to_pandas()))
    _rows = _line.to_pandas()[["happened_at", "kind", "zh", "what", "detail", "amount"]]
    page.figure(
        _line,
        None,
        f"{int(_line.first['row_total']):,} things are known to have happened, the last on {_line.first['happened_at']:%Y-%m-%d}",
        f"Everything the shop’s files say of this customer, the latest first, {shop.time_zone}, until {shop.as_of}.",
        **goal,
    )
    return


@app.cell(hide_code=True)
def tag_choice(mix):
    _known = mix.to_pandas()[mix.to_pandas().known_count > 0].tag.drop_duplicates().tolist()
    mo.stop(not _known, page.missing("order_items", "what customers prefer"))
    tag = mo.ui.dropdown(_known, value=_known[0], label="Tag", allow_select_none=False)
    tag
    return (tag,)


@app.cell(hide_code=True)
def finding_tags(mix, people, tag):
    _rows = mix.to_pandas()[mix.to_pandas().tag == tag.value]
    _told, _known = _rows[_rows.label != "unknown"], int(_rows.iloc[0].known_count)
    _hidden = int(_rows.iloc[0].hidden_count)
    mo.stop(not len(_told), page.empty(f"customers whose {tag.value} may be shown"))
    page.figure(
        mix,
        charts.ranked_bars(_told, "label", "customer_share", n="customer_count", height=260),
        f"{tag.value.capitalize()}: “{_told.iloc[0].label}” is the commonest, {RATE.text(_told.iloc[0].customer_share)}",
        f"Share of the customers whose {tag.value} ({_told.iloc[0].zh}) is known, as of {shop.as_of}; n = {_known:,} of "
        f"{people:,}. The others bought or visited too little to tell."
        + (f" {_hidden} labels of few customers are hidden." if _hidden else ""),
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_cells(people):
    _cells = study(shop, "portrait_cells")
    mo.stop(not len(_cells.to_pandas()), page.empty("groups large enough to be shown"))
    _rows, _hidden = _cells.to_pandas(), int(_cells.first["hidden_count"])
    _top = _rows.loc[_rows.customer_count.idxmax()]
    page.figure(
        _cells,
        charts.heatmap(
            _rows.rename(columns={"and_label": "value tier", "label": "stage"}),
            "value tier",
            "stage",
            "customer_count",
            x_order=tiers,
            y_order=stages,
            height=240,
        ),
        f"The biggest group: “{_top.label}” and “{_top.and_label}”, {_top.customer_count:,} of {people:,} customers",
        f"Customers by lifecycle stage (down) and value tier (across), as of {shop.as_of}; n = {people:,}. "
        + (f"{_hidden} cells of few customers are hidden." if _hidden else "No cell had to be hidden."),
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_quality(quality):
    _rows = quality.to_pandas()[quality.to_pandas().customer_count > 0]
    mo.stop(not len(_rows), page.missing("purchases before and after the cut", "whether tags hold afterwards"))
    _best = _rows.loc[(_rows.accuracy_rate - _rows.base_rate).idxmax()]
    _weak = ", ".join(_rows[_rows.verdict != "better"].tag) or "none"
    page.figure(
        quality,
        charts.ranked_intervals(_rows, "tag", "accuracy_rate", "low_rate", "high_rate", n="customer_count", height=320),
        f"{_best.tag.capitalize()} is right for {RATE.text(_best.accuracy_rate)}; calling everybody the commonest would "
        f"get {RATE.text(_best.base_rate)}",
        f"Share of tags learnt before the last {STUDIES['tag_quality'].options['holdout_days']} days that were right about "
        f"them, with 95 % intervals; n = {int(_rows.customer_count.min()):,} to {int(_rows.customer_count.max()):,} customers "
        f"a tag. No better than the commonest label, so describe but do not predict with: {_weak}.",
        **goal,
    )
    return


@app.cell(hide_code=True)
def finding_actions(people, todo):
    mo.stop(not len(todo.to_pandas()), page.empty("actions for enough customers"))
    _rows, _hidden = todo.to_pandas(), int(todo.first["hidden_count"])
    _most = _rows.loc[_rows.customer_count.idxmax()]
    page.figure(
        todo,
        charts.ranked_bars(_rows, "action", "customer_count", n="customer_count", as_given=True, height=320),
        f"“{_most.action.capitalize()}” ({_most.zh}) is next for {RATE.text(_most.customer_share)} of the customers",
        f"Customers by next best action, in the order of the rules (data/actions.toml), as of {shop.as_of}; n = {people:,}."
        + (f" {_hidden} actions for few customers are hidden." if _hidden else ""),
        frame=_rows[["action", "zh", "customer_count", "customer_share", "net_spend", "year_net_spend"]],
        **goal,
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
    _rows = _list.to_pandas().drop(columns=["customer_total", "hidden_count", "position", "zh"], errors="ignore")
    page.action(
        f"{act.value.capitalize()} ({_row.zh})",
        f"{_row['do']} For {int(_row.customer_count):,} customers: {_row.why}. They spent "
        f"{MONEY.text(_row.year_net_spend, shop.currency)} in the last year. Keep a random half aside: only the difference is "
        "the action’s doing. " + ("The list names shop numbers, no person." if mine else "Lists are for analysts."),
        _list.told(_rows, of=int(_row.customer_count) if mine else None),
        file_name="next-best-action",
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Take a tag that predicts no better than the commonest label. Is it useless? Name a decision it still serves.

    Raise `least` of the favourite category in data/tags.toml. What happens to its accuracy, and to how many are known?

    Swap two actions in data/actions.toml. Who moves, and why does the order matter?
    """)
    return


@app.cell(hide_code=True)
def definitions():
    page.definitions(
        [
            *(
                STUDIES[name]
                for name in (
                    "portrait",
                    "timeline",
                    "tag_mix",
                    "portrait_cells",
                    "tag_quality",
                    "next_actions",
                    "action_list",
                )
            ),
            *(SEGMENTS[name] for name in ("lifecycle_stage", "value_tier", "engagement_group", "rfm_segment")),
            *(metrics.customer_count, metrics.buyer_rate, metrics.profile_completeness),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
