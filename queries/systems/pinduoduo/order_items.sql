-- source:  拼多多, orders
-- grain:   one row per order, which is of one product
-- decided: 商品总价(元) is the price before discounts
select
    _record,
    order_id as order_item_id,
    order_id,
    coalesce(product, title) as product_id,
    coalesce(quantity, '1') as quantity,
    try_cast(goods as decimal(18, 4)) / nullif(coalesce(try_cast(quantity as integer), 1), 0) as unit_price
from export
