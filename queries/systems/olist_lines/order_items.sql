-- source:  Olist, order items
-- grain:   one row per piece
-- decided: a row is one piece; freight stands beside the price and is the order's, not the goods'
select
    _record,
    order_id || '-' || number as order_item_id,
    order_id,
    product as product_id,
    1 as quantity,
    price as unit_price
from export
