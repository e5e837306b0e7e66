-- source:  WooCommerce REST API, the refunds inside orders
-- grain:   one row per refund
-- decided: the file gives no date of a refund: the shop says which counts (undated_refunds), else its order's
select
    one.id as return_id,
    order_id,
    customer_id,
    abs(try_cast(one.total as decimal(18, 4))) as refund_amount,
    one.reason as reason
from (
    select
        id as order_id,
        coalesce(nullif(customer, '0'), lower(nullif(email, ''))) as customer_id,
        created,
        unnest(from_json(refunds, '[{"id": "VARCHAR", "total": "VARCHAR", "reason": "VARCHAR"}]')) as one
    from export
    where refunds like '[{%'
)
