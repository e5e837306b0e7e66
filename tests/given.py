"""Words for tests: rows as they are given, questions as they are asked."""

from customary import measure
from customary.query.study import study


def sold(order_id, customer_id, ordered_at, amount=None, **more):
    """An order row that counts: paid when it was ordered."""
    return {
        "order_id": order_id,
        "customer_id": customer_id,
        "ordered_at": ordered_at,
        "paid_at": ordered_at,
        "gross_amount": amount,
        **more,
    }


def line(order_item_id, order_id, product_id, quantity, unit_price, **more):
    """An order line."""
    return {
        "order_item_id": order_item_id,
        "order_id": order_id,
        "product_id": product_id,
        "quantity": quantity,
        "unit_price": unit_price,
        **more,
    }


def returned(return_id, order_id, customer_id, returned_at, refund_amount, **more):
    """A returned line."""
    return {
        "return_id": return_id,
        "order_id": order_id,
        "customer_id": customer_id,
        "returned_at": returned_at,
        "refund_amount": refund_amount,
        **more,
    }


def answer(shop, *metrics, **question):
    """The rows that `measure` answers with, as dictionaries."""
    return measure(shop, *metrics, **question).to_pylist()


def value(shop, metric, **question):
    """The one number of one metric."""
    (row,) = answer(shop, metric, **question)
    return row[metric.name]


def told(shop, which, **options):
    """The rows of a study, as dictionaries."""
    return study(shop, which, **options).to_pylist()
