-- source:  Amazon, date-range report of transactions
-- grain:   one row per refund
-- decided: a refund counts on its own date, with the goods that it paid back less the rebate on them
select
    _record,
    'refund-' || _record as return_id,
    order_id,
    time as returned_at,
    coalesce(sku, title) as product_id,
    abs(try_cast(quantity as integer)) as quantity,
    -(try_cast(sales as decimal(18, 4)) + coalesce(try_cast(rebates as decimal(18, 4)), 0)) as refund_amount
from export
where lower(type) = 'refund'
