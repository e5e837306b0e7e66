# chapter: Experiments
# 中文: 实验
# question: What did an offer change, and is that sure?
# goal: Raise customer value contribution
# needs: assignments, orders
# figure: experiment_effect.relative_difference

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Experiments")

with app.setup(hide_code=True):
    import marimo as mo

    from customary import charts, open_shop, page, study
    from customary.page.experiments import experiment_switches, label_groups, ranking_figure
    from customary.page.offers import NO_FIGURE
    from customary.page.switches import read_switches, switch_bar, with_switches
    from customary.studies.experiments.ratios import RATIOS
    from customary.studies.shared.outcomes import OF_ORDERS
    from customary.wording import say, word

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
        "23_experiments",
        "What did an offer change, and is that sure?",
        "Customers who take an offer were often about to buy anyway. Only where lots decided who gets it does the difference "
        "between the arms belong to the offer.",
        serves="raise customer value contribution",
        needs="assignments, orders",
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
    fields = experiment_switches(shop)
    rules = switch_bar(fields)
    rules if fields else None
    return fields, rules


@app.cell(hide_code=True)
def chosen(bar, fields, rules):
    picked = read_switches(fields, rules.value)
    choice = with_switches(page.choose(offer, bar.value), fields, picked)
    # In links it is `measured`: a filter of some chapters is called outcome.
    asked = {"outcome": picked["measured"], "within": picked["within"]} if fields else {}
    asked |= {"where": choice.where}
    return asked, choice, picked


@app.cell(hide_code=True)
def answers(asked, choice, fields, picked):
    register = study(shop, "experiments", where=choice.where)
    is_dated = bool(register.rows_total) and register.to_pandas().first_on.notna().any()
    effect = study(shop, "experiment_effect", **asked, adjust=bool(picked["adjust"])) if fields else None
    per_customer = fields and picked["measured"] not in RATIOS
    looks = study(shop, "experiment_looks", **asked) if per_customer and is_dated else None
    chances = study(shop, "experiment_chances", **asked) if per_customer else None
    split = {"by": picked["groups"]} if per_customer and picked["groups"] else None
    parts = study(shop, "experiment_segments", **asked, **split, adjust=bool(picked["adjust"])) if split else None
    moved, gains = (study(shop, name, **asked) if per_customer else None for name in ("uplift", "uplift_curve"))
    compared = label_groups(parts, picked["groups"]) if parts else None
    # A column that came with the arms is no baseline of who has not been in one.
    _plan = {name: told for name, told in asked.items() if name != "outcome" or told in OF_ORDERS}
    plan = study(shop, "experiment_plan", **_plan) if rows["orders"] else None
    asked_of_shop = [each for each in (register, effect, chances, parts, moved, gains, looks, plan) if each is not None]
    return asked_of_shop, chances, compared, effect, gains, looks, moved, parts, plan, register


@app.cell(hide_code=True)
def finding_arms(register):
    mo.stop(not rows["assignments"], page.missing("assignments table", "what offers and experiments changed"))
    mo.stop(not register.rows_total, page.empty("customers in an experiment"))
    _rows = register.to_pandas()
    _bad = sorted(set(_rows.experiment[_rows.is_drawn_as_meant.eq(False)]))
    page.finding(
        "Whether lots decided",
        "Experiments: {n:,}; arms: {arms:,}. The sizes of the arms of {names} are no accident if they were meant to be alike: "
        "something else than lots put customers into them, or lost some, and their effects do not hold."
        if _bad
        else "Experiments: {n:,}; arms: {arms:,}, all as large as lots would make arms that are meant to be alike.",
        register,
        n=_rows.experiment.nunique(),
        arms=len(_rows),
        names=say(", ").join(f"“{name}”" for name in _bad),
    )
    return


@app.cell(hide_code=True)
def tested_arms(effect):
    mo.stop(effect is None or not effect.rows_total)
    _rows = effect.to_pandas().query("arm != control_arm").dropna(subset=["relative_difference"])
    tested = _rows.assign(label=[f"{one.experiment} – {effect.text('arm', one.arm)}" for one in _rows.itertuples()])
    return (tested,)


@app.cell(hide_code=True)
def finding_effects(effect, fields, picked, tested):
    mo.stop(
        tested.empty, page.sentence("No arm can be compared yet: too few customers were watched to the end.", effect)
    )
    _clear, _text = tested[tested.verdict.isin(["above", "below"])], fields[0].options[picked["measured"]]
    _value, _low, _high = "relative_difference", "low_relative", "high_relative"
    page.figure(
        effect,
        charts.ranked_intervals(tested, "label", _value, _low, _high, average=0.0, highlight=list(_clear.label)),
        "Of {n} arms {up} did clearly more than their control and {down} clearly less"
        if len(_clear)
        else "No arm clearly did more or less than its control",
        "{outcome}, relative to the control, with 95% intervals; the dashed line is no difference. Everybody counts who was "
        "put into an arm and watched for {days}; {immature:,} could not be yet."
        if picked["measured"] in OF_ORDERS
        else "{outcome}, as it came with the arms, relative to the control, with 95% intervals; the dashed line is no difference.",
        n=len(tested),
        up=int((_clear.verdict == "above").sum()),
        down=int((_clear.verdict == "below").sum()),
        outcome=_text,
        days=fields[1].options[picked["within"]],
        immature=int(effect.to_pandas().immature_count.sum()),
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_chances(chances):
    mo.stop(chances is None or not chances.rows_total)
    _rows = chances.to_pandas().dropna(subset=["better_rate"])
    mo.stop(_rows.empty)
    _likely = int((_rows.better_rate >= 0.95).sum())
    _shown = ["experiment", "arm", "better_rate", "expected_loss", "difference", "average", "customer_count"]
    page.figure(
        chances,
        None,
        "{likely} of {n} arms are better than their control with a chance of at least 95%"
        if _likely
        else "No arm is better than its control with a chance of 95%",
        "The chance that an arm is truly better, and what giving it to everybody would cost per customer where it is not, on "
        "average over all that may be true.",
        frame=_rows[_shown],
        likely=_likely,
        n=len(_rows),
        most=12,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_groups(compared, fields, parts, picked):
    mo.stop(compared is None)
    mo.stop(compared.empty, page.sentence("No group has enough customers in both arms to be compared.", parts))
    _clear, _shown = (
        compared.query("verdict in ('above', 'below')"),
        ("relative_difference", "low_relative", "high_relative"),
    )
    page.figure(
        parts,
        charts.ranked_intervals(compared, "label", *_shown, average=0.0, highlight=list(_clear.label)),
        "Of {n} comparisons within groups {clear} show a clear difference"
        if len(_clear)
        else "No comparison within a group shows a clear difference",
        "{outcome} by {split}, relative to the control's customers of the same group, with 95% intervals; clear is what stays so "
        "when all groups are allowed for. That one group is clear and another is not does not say that the two differ.",
        clear=len(_clear),
        n=len(compared),
        outcome=fields[0].options[picked["measured"]],
        split=fields[3].options[picked["groups"]],
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def finding_moved(gains, moved):
    mo.stop(moved is None or not moved.rows_total)
    ranking_figure(moved, gains)
    return


@app.cell(hide_code=True)
def so_what(effect, tested):
    mo.stop(tested.empty)
    _sure = tested[tested.verdict == "above"].sort_values("relative_difference", ascending=False)
    mo.stop(_sure.empty, page.sentence("Nothing here is worth rolling out yet: no arm did clearly better.", effect))
    page.action(
        "Give everybody what clearly worked, and keep a part aside",
        "“{name}” did {relative} more than its control, at least {low}. Roll it out, keep a random tenth without it, and look "
        "again: offers wear off.",
        effect,
        columns=["experiment", "arm", "customer_count", "average", "difference", "relative_difference", "verdict"],
        most=12,
        file_name="effects-of-experiments",
        name=_sure.label.iloc[0],
        relative=effect.text("relative_difference", _sure.relative_difference.iloc[0]),
        low=effect.text("relative_difference", max(_sure.low_relative.iloc[0], 0.0)),
    )
    return


@app.cell(hide_code=True)
def finding_looks(looks):
    mo.stop(looks is None or not looks.rows_total)
    _rows = looks.to_pandas().drop_duplicates(["experiment", "arm"], keep="last")
    _names = [f"{one.experiment} – {looks.text('arm', one.arm)}" for one in _rows[_rows.is_past_bound].itertuples()]
    page.finding(
        "Whoever looks before the end",
        "Looking each day and stopping at the first alarm is wrong in a quarter of all experiments without an effect. By "
        "bounds that allow for every look, past their bound today: {names}.",
        looks,
        names=say(", ").join(_names) or word("none"),
    )
    return


@app.cell(hide_code=True)
def finding_plan(plan):
    mo.stop(plan is None or not plan.rows_total)
    _rows = plan.to_pandas()
    _seen = _rows[_rows.is_reachable.eq(True)].head(1)
    page.figure(
        plan,
        None,
        "With {n:,} buyers of a year an effect of {lift} or more can be seen"
        if len(_seen)
        else "With {n:,} buyers of a year not even an effect of a half can be seen",
        "Customers needed in both arms together, half of them in the control, to find an effect of that size four times in five.",
        n=_rows.available_count.iloc[0],
        lift=plan.text("relative_lift", _seen.relative_lift.iloc[0]) if len(_seen) else "",
        most=10,
        goal=goal,
    )
    return


@app.cell(hide_code=True)
def exercise():
    page.exercise("""
    Two arms differ by a tenth, and the interval reaches from minus two to plus twenty-two percent. What do you tell the one
    who pays for the offer, and what would you need to tell more?

    Take out what was before. Whose interval becomes narrower, and why not everybody’s?
    """)
    return


@app.cell(hide_code=True)
def definitions(asked_of_shop):
    page.definitions(*asked_of_shop)
    return


if __name__ == "__main__":
    app.run()
