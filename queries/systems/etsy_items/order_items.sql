-- source:  Etsy, sold order items
-- grain:   one row per order line
-- decided: Price is of one piece, the discount of the line
select
    _record,
    coalesce(line_id, order_id || '-' || _record) as order_item_id,
    order_id,
    coalesce(listing, title) as product_id,
    quantity,
    price as unit_price,
    discount as discount_amount
from export
