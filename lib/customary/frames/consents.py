"""What customers agreed to: the latest word of each on a purpose, a refusal where nobody knows which is the latest."""

import ibis
import ibis.expr.types as ir
from ibis import _

GRANTED, REFUSED = "granted", "refused"
NO_ANSWER, UNKNOWN = "no answer", "unknown"  # not asked in a shop that keeps consents; in a shop that keeps none


def latest_words(consents: ir.Table, purpose: str) -> ir.Table:
    """Customer (`worded_id`) → whether their latest word on a purpose is yes.

    Of two words of one instant the refusal holds: nobody is addressed because of the order of rows in a file. A word
    without a time may be the latest as well as any other.
    """
    words = consents.filter(consents.purpose == purpose)
    last = words.recorded_at.max().over(group_by=words.customer_id)
    latest = words.filter((words.recorded_at == last) | words.recorded_at.isnull())
    return latest.group_by(worded_id="customer_id").agg(is_granted=_.is_granted.all())


def people(customers: ir.Table, consents: ir.Table) -> ir.Table:
    """Customer → whether the account is a test and whether analysis was refused.

    Whoever refused is here even where no list of customers names them: they may stand on orders only.
    """
    words = latest_words(consents, "analytics")
    t = customers.outer_join(words, customers.customer_id == words.worded_id)
    return t.select(
        person_id=ibis.coalesce(t.customer_id, t.worded_id),
        is_test_account=_.is_test.fill_null(False),
        refuses=(~_.is_granted).fill_null(False),
    )


def with_marketing_consent(customers: ir.Table, consents: ir.Table) -> ir.Table:
    """Customers with their word on marketing: "granted", "refused", "no answer", or "unknown" without consents."""
    words = latest_words(consents, "marketing")
    t = customers.left_join(words, customers.customer_id == words.worded_id)
    label = ibis.cases(
        (t.is_granted, GRANTED),
        (~t.is_granted, REFUSED),
        (consents.count().as_scalar() > 0, NO_ANSWER),
        else_=UNKNOWN,
    )
    return t.mutate(marketing_consent=label).drop("worded_id", "is_granted")
