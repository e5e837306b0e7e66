-- source:  Etsy, sold orders
-- grain:   one row per order whose total was adjusted downwards
-- decided: an adjusted total above 0 and below the order's means that the difference was paid back
-- decision undated_refunds: order_date | leave_out – the file gives no date of a refund
select
    'refund-' || order_id as return_id,
    order_id,
    coalesce(nullif(regexp_extract(buyer, '[(]([^)]+)[)]$', 1), ''), buyer) as customer_id,
    time as returned_at,
    try_cast(total as decimal(18, 4)) - try_cast(adjusted as decimal(18, 4)) as refund_amount,
    case when getvariable('undated_refunds') = 'leave_out' then 'refund without a date' end as excluded_because
from export
where try_cast(adjusted as decimal(18, 4)) > 0
    and try_cast(adjusted as decimal(18, 4)) < try_cast(total as decimal(18, 4))
