-- source:  WooCommerce Analytics, orders
-- grain:   one row per refund: a row below zero
-- decided: a refund counts on its own date
select
    _record,
    'refund-' || _record as return_id,
    order_id,
    time as returned_at,
    -try_cast(net as decimal(18, 4)) as refund_amount
from export
where coalesce(try_cast(net as decimal(18, 4)), 0) < 0
