-- source:  Stripe, payments
-- grain:   one row per payment of which something was refunded
-- decided: a payment of which a part was refunded stays Paid
-- decision undated_refunds: order_date | leave_out – the file gives no date of a refund; Stripe's balance file does
select
    'refund-' || id as return_id,
    id as order_id,
    coalesce(customer, lower(email)) as customer_id,
    time || ' UTC' as returned_at,
    refunded as refund_amount,
    case when getvariable('undated_refunds') = 'leave_out' then 'refund without a date' end as excluded_because
from export
where try_cast(refunded as decimal(18, 4)) > 0
