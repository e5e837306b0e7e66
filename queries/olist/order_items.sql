-- source:  Olist, olist_items
-- grain:   one row per item; the marketplace writes one line per piece
-- decided: order_item_id counts within the order, so order and number together are the key
select
    _record,
    order_id || '-' || order_item_id as order_item_id,
    order_id,
    product_id,
    1 as quantity,
    price as unit_price
from olist_items
