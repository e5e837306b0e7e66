"""How the chapter of experiments asks: which outcome is compared, and how long each customer is watched."""

from collections.abc import Mapping

from customary.page.switches import Switch
from customary.shop import Shop
from customary.studies.shared.outcomes import OF_ORDERS, own_columns
from customary.wording import word, wording


def outcomes(shop: Shop) -> Mapping[str, str]:
    """Outcome → its name: of orders where the shop has some, and the columns that came with the arms."""
    said = (wording("Customers who bought"), wording("Orders per customer"), wording("Net revenue per customer"))
    of_orders = dict(zip(OF_ORDERS, said, strict=True)) if shop.snapshot.rows["orders"] else {}
    return of_orders | {name: name for name in own_columns(shop.frame("assignments").columns)}


def experiment_switches(shop: Shop) -> tuple[Switch, ...]:
    """Outcome, days and whether what was before is taken out; none where there is nothing to compare by."""
    named = outcomes(shop)
    if not named or not shop.snapshot.rows["assignments"]:
        return ()
    spans = {"30d": wording("30 days"), "7d": wording("7 days"), "90d": wording("90 days")}
    before = {"": word("no"), "yes": word("yes")}
    return (
        Switch("measured", wording("What is compared"), named),
        Switch("within", wording("Each customer is watched for"), spans),
        Switch("adjust", wording("Take out what was before"), before),
    )
