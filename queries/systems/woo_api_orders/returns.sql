-- source:  WooCommerce REST API, the refunds inside orders
-- grain:   one row per refund
-- decided: the list has amounts and no dates: a refund stands at its order's
-- decision undated_refunds: order_date | leave_out – the file gives no date of a refund
select
    one.id as return_id,
    order_id,
    customer_id,
    created || 'Z' as returned_at,
    abs(try_cast(one.total as decimal(18, 4))) as refund_amount,
    one.reason as reason,
    case when getvariable('undated_refunds') = 'leave_out' then 'refund without a date' end as excluded_because
from (
    select
        id as order_id,
        coalesce(nullif(customer, '0'), lower(nullif(email, ''))) as customer_id,
        created,
        unnest(from_json(refunds, '[{"id": "VARCHAR", "total": "VARCHAR", "reason": "VARCHAR"}]')) as one
    from export
    where refunds like '[{%'
)
