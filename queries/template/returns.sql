-- source:  which system, which raw table
-- grain:   one row per refund
-- decided: a refund counts on its own date; amounts are positive
select
    _record,
    refund_no as return_id,
    order_no as order_id,
    customer_no as customer_id,
    refunded as returned_at,
    amount as refund_amount,
    why as reason
from refunds
