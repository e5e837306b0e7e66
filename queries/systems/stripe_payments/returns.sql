-- source:  Stripe, payments
-- grain:   one row per payment of which something was refunded
-- decided: a payment of which a part was refunded stays Paid
-- decided: the file gives no date of a refund, Stripe's balance file does; without it the shop says which counts
--          (undated_refunds), else its order's
select
    'refund-' || id as return_id,
    id as order_id,
    coalesce(customer, lower(email)) as customer_id,
    refunded as refund_amount
from export
where try_cast(refunded as decimal(18, 4)) > 0
