-- source:  Amazon, date-range report of transactions
-- grain:   one row per order, and per transaction that is none, left out by its name
-- decided: the report names no buyers; what it lists was paid when it says
select
    coalesce(order_id, 'transaction-' || _record) as order_id,
    min(time) as ordered_at,
    min(time) as paid_at,
    sum(try_cast(shipping as decimal(18, 4)) + coalesce(try_cast(gift_wrap as decimal(18, 4)), 0)) as shipping_amount,
    sum(try_cast(sales_tax as decimal(18, 4)) + coalesce(try_cast(shipping_tax as decimal(18, 4)), 0)) as tax_amount,
    min(channel) as channel,
    min(region) as region,
    case when bool_and(lower(type) <> 'order') then 'no sale: ' || min(type) end as excluded_because
from export
where coalesce(lower(type), '') <> 'refund'
group by coalesce(order_id, 'transaction-' || _record)
