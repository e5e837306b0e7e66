-- source:  WooCommerce REST API, the lines inside orders
-- grain:   one row per order line
-- decided: the subtotal is a line before its discount, the total after it, both without tax
select
    _record,
    id as order_item_id,
    order_id,
    coalesce(nullif(product, '0'), title) as product_id,
    quantity,
    try_cast(subtotal as decimal(18, 4)) / nullif(try_cast(quantity as integer), 0) as unit_price,
    try_cast(subtotal as decimal(18, 4)) - try_cast(total as decimal(18, 4)) as discount_amount
from export
