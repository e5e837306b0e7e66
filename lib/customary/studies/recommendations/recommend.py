"""From interests to a list for each customer: scores, what may be offered, the reason, one place for what is new."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis import _

from customary.errors import Refused, unknown_name
from customary.studies.recommendations.catalogue import may_be_offered, new_products_for
from customary.studies.recommendations.interests import Memory, in_trial
from customary.studies.recommendations.scores import best_of, reasons_of, scores_of
from customary.studies.recommendations.ways import FEWEST, Way, interests_for, neighbours_for, strongest, with_names

KEEP, LEAVE_OUT = "keep", "leave out"
AGAIN, LOOKED, GOES, GOES_WITH_SEEN, NEW = (
    "bought before",
    "looked at before",
    "goes with a purchase",
    "goes with what was looked at",
    "new in a favourite category",
)
ROW = ("customer_id", "product_id", "position", "reason", "because_id", "is_owned")


@dataclass(frozen=True)
class ListRules:
    """How a list is made: how many places, whether what a customer has is kept, whether one place is for what is new.

    `fewest` customers, or orders, make two products neighbours; `customer` asks for one customer's list alone.
    """

    places: int = 5
    owned: str = KEEP
    explore: bool = True
    fewest: int = FEWEST
    customer: str = ""

    def __post_init__(self) -> None:
        if self.owned not in (KEEP, LEAVE_OUT):
            raise unknown_name(self.owned, (KEEP, LEAVE_OUT), "rule for products that a customer has")
        if self.places < 1:
            raise Refused("places is a number of products from 1 up, not {places}", places=self.places)


def recommend(
    way: Way, purchases: ir.Table, views: ir.Table, catalogue: ir.Table, memory: Memory, rules: ListRules
) -> ir.Table:
    """`customer_id`, `product_id`, `position` from 1, `reason`, `because_id` and `is_owned`: each customer's list.

    A product that is sold out is on no list. `because_id` is the product of the customer's own that speaks most for it.
    """
    purchases, views = in_trial(purchases), in_trial(views)
    interests = interests_for(way, purchases, views, memory)
    neighbours = neighbours_for(way, interests, purchases, rules.fewest)
    asked = interests.filter(interests.customer_id == rules.customer) if rules.customer else interests
    scores = scores_of(strongest(asked), neighbours)
    best = best_of(_may_stand(scores, interests, catalogue, rules.owned), rules.places)
    found = _in_words(reasons_of(best, strongest(asked), neighbours), interests)
    return _with_new(found, asked, catalogue, rules.places) if rules.explore and rules.places > 1 else found.select(ROW)


def _may_stand(scores: ir.Table, interests: ir.Table, catalogue: ir.Table, owned: str) -> ir.Table:
    """Scores of what is not sold out and, where it is to be left out, what the customer has not bought."""
    gone = catalogue.filter(~may_be_offered(catalogue))
    gone = interests.select("product_no", "product_id").distinct().semi_join(gone, "product_id")
    t = scores.anti_join(gone, "product_no")
    has = interests.filter(interests.bought_count > 0)
    return t.anti_join(has, ["customer_no", "product_no"]) if owned == LEAVE_OUT else t


def _in_words(t: ir.Table, interests: ir.Table) -> ir.Table:
    """Recommendations by name, with the reason in words and the product that it comes from."""
    own = interests.select("customer_no", "bought_count", because_no="product_no", because_id="product_id")
    t = t.inner_join(own, ["customer_no", "because_no"])
    is_own, is_bought = t.product_no == t.because_no, t.bought_count > 0
    reason = ibis.cases((is_own & is_bought, AGAIN), (is_own, LOOKED), (is_bought, GOES), else_=GOES_WITH_SEEN)
    has = interests.filter(interests.bought_count > 0).select("customer_no", "product_no", is_owned=True)
    t = t.mutate(reason=reason).left_join(has, ["customer_no", "product_no"], rname="{name}_of_own")
    t = t.mutate(is_owned=t.is_owned.fill_null(False))
    return with_names(t.select("customer_no", "product_no", "position", "reason", "because_id", "is_owned"), interests)


def _with_new(found: ir.Table, asked: ir.Table, catalogue: ir.Table, places: int) -> ir.Table:
    """The lists with something new in the last place, or behind a shorter list; what is on a list stays where it is."""
    names = asked.select("customer_no", "customer_id").distinct()
    new = (
        new_products_for(asked, catalogue)
        .inner_join(names, "customer_no")
        .mutate(
            position=ibis.literal(places, "int32"),
            reason=ibis.literal(NEW),
            because_id=ibis.null("string"),
            is_owned=ibis.literal(False),
        )
    )
    t = ibis.union(found.select(ROW), new.select(ROW)).mutate(is_new=_.reason == NEW)
    t = t.mutate(times=t.count().over(group_by=[t.customer_id, t.product_id])).filter((_.times == 1) | ~_.is_new)
    t = t.mutate(gives_way=t.is_new.max().over(group_by=t.customer_id))
    t = t.filter(~t.gives_way | t.is_new | (t.position < places))
    place = ibis.row_number().over(group_by=t.customer_id, order_by=[t.position, t.product_id])
    return t.mutate(position=(place + 1).cast("int32")).select(ROW)
