-- source:  有赞, orders
-- grain:   one row per refunded order
-- decided: 订单已退款金额 is what was paid back
-- decision undated_refunds: order_date | leave_out – the file gives no date of a refund
select
    'refund-' || order_id as return_id,
    order_id,
    case when regexp_full_match(phone, '[0-9+ -]{7,}') then phone end as customer_id,
    coalesce(nullif(paid_time, '-'), time) as returned_at,
    refund as refund_amount,
    case when getvariable('undated_refunds') = 'leave_out' then 'refund without a date' end as excluded_because
from export
where try_cast(refund as decimal(18, 4)) > 0
