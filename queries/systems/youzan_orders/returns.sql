-- source:  有赞, orders
-- grain:   one row per refunded order
-- decided: 订单已退款金额 is what was paid back
-- decided: the file gives no date of a refund: the shop says which counts (undated_refunds), else its order's
select
    'refund-' || order_id as return_id,
    order_id,
    case when regexp_full_match(phone, '[0-9+ -]{7,}') then phone end as customer_id,
    refund as refund_amount
from export
where try_cast(refund as decimal(18, 4)) > 0
