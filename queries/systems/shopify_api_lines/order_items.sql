-- source:  Shopify Admin API, the lines inside orders
-- grain:   one row per order line
-- decided: a price is of one piece, before discounts
select
    _record,
    id as order_item_id,
    order_id,
    coalesce(product, title) as product_id,
    quantity,
    price as unit_price,
    discount as discount_amount,
    is_card as is_gift_card
from export
