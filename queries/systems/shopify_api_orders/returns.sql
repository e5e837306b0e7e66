-- source:  Shopify Admin API, the refunds inside orders
-- grain:   one row per refund that paid something back
-- decided: a refund counts on its own date, with all that its successful transactions paid back
select
    one.id as return_id,
    order_id,
    customer_id,
    one.created_at as returned_at,
    list_sum(list_transform(
        list_filter(one.transactions, lambda t: t.kind = 'refund' and coalesce(t.status, 'success') = 'success'),
        lambda t: try_cast(t.amount as decimal(18, 4))
    )) as refund_amount
from (
    select
        id as order_id,
        coalesce(customer, lower(email)) as customer_id,
        unnest(from_json(refunds, '[{"id": "VARCHAR", "created_at": "VARCHAR",
            "transactions": [{"amount": "VARCHAR", "kind": "VARCHAR", "status": "VARCHAR"}]}]')) as one
    from export
    where refunds like '[{%'
)
where len(one.transactions) > 0
