-- source:  Amazon, date-range report of transactions
-- grain:   one row per transaction that is no refund
-- decided: “Order” is a line of an order, product sales are the price of the whole line, rebates are its discount
-- decided: fees, transfers and other transactions are no sales and stay out, each with its name
select
    _record,
    'line-' || _record as order_item_id,
    coalesce(order_id, 'transaction-' || _record) as order_id,
    coalesce(sku, title) as product_id,
    coalesce(quantity, '1') as quantity,
    case when lower(type) = 'order'
        then try_cast(sales as decimal(18, 4)) / nullif(coalesce(try_cast(quantity as integer), 1), 0)
        else 0 end as unit_price,
    abs(try_cast(rebates as decimal(18, 4))) as discount_amount,
    case when lower(type) <> 'order' then 'no sale: ' || type end as excluded_because
from export
where coalesce(lower(type), '') <> 'refund'
