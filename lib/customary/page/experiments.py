"""How the chapter of experiments asks: which outcome is compared, and how long each customer is watched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import marimo as mo

from customary.charts import gain_curve
from customary.page.figures import figure
from customary.page.offers import label_of, offer
from customary.page.parts import sentence
from customary.page.switches import Switch
from customary.query.answer import Answer
from customary.query.selection import values_of
from customary.shop import Shop
from customary.studies.experiments.ratios import RATIOS
from customary.studies.experiments.segments import BEFORE, may_be_outcome
from customary.studies.shared.outcomes import OF_ORDERS, own_columns
from customary.units import MIXED
from customary.wording import say, word, wording

if TYPE_CHECKING:
    import pandas as pd

WAY = "two models"  # the ranking that is drawn and counted; the other one stands in the table
_TOLD = "In {clear} of {n} arms it can be told beforehand who is moved; surest in “{name}”"
_NOT_TOLD = "In none of {n} arms can it be told beforehand who is moved more than others"
_FEW = "Whom an offer moves cannot be learned yet: each arm needs 200 customers, and 40 who did and who did not."
MOST_GROUPS = 12  # of one column, beyond which a figure of all groups is not read


def outcomes(shop: Shop) -> Mapping[str, str]:
    """Outcome → its name: of orders where the shop has some, and the columns that came with the arms."""
    said = (wording("Customers who bought"), wording("Orders per customer"), wording("Net revenue per customer"))
    known = dict(zip(OF_ORDERS, said, strict=True)) | dict.fromkeys(RATIOS, wording("Net revenue per order"))
    of_orders = known if shop.snapshot.rows["orders"] else {}
    return of_orders | {name: name for name in own_columns(shop.frame("assignments").columns)}


def groups(shop: Shop) -> Mapping[str, str]:
    """Column known before an experiment → its name: those of customers and of the arms' own that make a few groups."""
    of_customers = (
        offer(shop, *BEFORE, frame="customers", splits=False).wheres if shop.snapshot.rows["customers"] else {}
    )
    found = {name: label_of(name, "customers") for name, values in of_customers.items() if len(values) <= MOST_GROUPS}
    own = {name: values_of(shop, name, "assignments") for name in own_columns(shop.frame("assignments").columns)}
    few = (
        name for name, values in own.items() if values and 1 < len(values) <= MOST_GROUPS and not may_be_outcome(values)
    )
    return found | {name: label_of(name, "assignments") for name in few}


def experiment_switches(shop: Shop) -> tuple[Switch, ...]:
    """Outcome, days, whether what was before is taken out, and groups; none where there is nothing to compare by."""
    named = outcomes(shop)
    if not named or not shop.snapshot.rows["assignments"]:
        return ()
    spans = {"30d": wording("30 days"), "7d": wording("7 days"), "90d": wording("90 days")}
    before = {"": word("no"), "yes": word("yes")}
    return (
        Switch("measured", wording("What is compared"), named),
        Switch("within", wording("Each customer is watched for"), spans),
        Switch("adjust", wording("Take out what was before"), before),
        Switch("groups", wording("Effects by group"), {"": word("none")} | dict(groups(shop))),
    )


def label_groups(parts: Answer, column: str) -> pd.DataFrame:
    """Effects within groups, each labelled by its group, experiment and arm; those that have a relative effect."""
    rows = parts.to_pandas().query("arm != control_arm").dropna(subset=["relative_difference"])
    known = rows.fillna({"label": "unknown"}).itertuples()
    names = [f"{word(one.label, column=column)} – {one.experiment}, {parts.text('arm', one.arm)}" for one in known]
    return rows.assign(label=names)


def one_ranking(moved: pd.DataFrame, curve: pd.DataFrame) -> pd.DataFrame:
    """Of the curves of several arms the one to draw: what is surest to know who is moved, two models being equal."""
    told = moved[moved.uplift_method == WAY].dropna(subset=["qini"])
    if told.empty:
        return curve.head(0)
    best = told.sort_values("low_qini", ascending=False, kind="stable").iloc[0]
    keys = ["experiment", "arm", "uplift_method"]
    return curve[(curve[keys] == best[keys]).all(axis=1)]


def ranking_figure(moved: Answer, gains: Answer) -> mo.Html:
    """Whether it can be told beforehand whom an offer moves, with the gain along the ranking that is surest of it.

    `moved` is of the study `uplift`, `gains` of `uplift_curve`.
    """
    rows = moved.to_pandas()
    drawn, told = one_ranking(rows, gains.to_pandas()), rows[rows.uplift_method == WAY]
    if drawn.empty:
        return sentence(_FEW, moved)
    best, ends = told.loc[told.low_qini.idxmax()], ("gain", "low_gain", "high_gain", "random_gain")
    share, clear = say("share who are offered it"), int((told.verdict == "above").sum())
    return figure(
        gains,
        gain_curve(drawn, "customer_share", *ends, unit=MIXED, x_title=share, n="customer_count"),
        _TOLD if clear else _NOT_TOLD,
        "“{name}”, {arm}: gain per customer had only the first so many the offer, ranked by models that did not see "
        "them, with 95% intervals of the gain; dashed: a random order. Between both lie {qini} per customer ({low} to "
        "{high}) on average. {few} arms have too few customers.",
        clear=clear,
        n=int(told.qini.notna().sum()),
        name=best.experiment,
        arm=gains.text("arm", best.arm),
        few=int(told.qini.isna().sum()),
        qini=moved.text("qini", best.qini),
        low=moved.text("low_qini", best.low_qini),
        high=moved.text("high_qini", best.high_qini),
        beside=[moved],
        frame=drawn,
        goal="Raise customer value contribution",
    )
