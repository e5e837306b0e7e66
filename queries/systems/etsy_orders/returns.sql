-- source:  Etsy, sold orders
-- grain:   one row per order whose total was adjusted downwards
-- decided: an adjusted total above 0 and below the order's means that the difference was paid back
-- decided: the file gives no date of a refund: the shop says which counts (undated_refunds), else its order's
select
    'refund-' || order_id as return_id,
    order_id,
    coalesce(nullif(regexp_extract(buyer, '[(]([^)]+)[)]$', 1), ''), buyer) as customer_id,
    try_cast(total as decimal(18, 4)) - try_cast(adjusted as decimal(18, 4)) as refund_amount
from export
where try_cast(adjusted as decimal(18, 4)) > 0
    and try_cast(adjusted as decimal(18, 4)) < try_cast(total as decimal(18, 4))
