-- source:  Superstore, a public training set
-- grain:   one row per order line
-- decided: Sales is the amount of the line after its discount, which is a share and no amount
select
    _record,
    row as order_item_id,
    order_id,
    product as product_id,
    quantity,
    try_cast(sales as decimal(18, 4)) / nullif(try_cast(quantity as integer), 0) as unit_price
from export
