-- source: the returns of the demo shop at scale (returns_of_scale)
-- grain: one row per return
-- decided: an order is sent back as a whole
select return_no as return_id, order_no as order_id, customer_no as customer_id, returned_at, refund as refund_amount,
    _record
from returns_of_scale
