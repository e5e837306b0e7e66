-- source:  Shopify, the connector's table of order lines
-- grain:   one row per order line
-- decided: a price is of one piece, before discounts; where the file only has a line's amount, it is divided
select
    _record,
    id as order_item_id,
    order_id,
    product as product_id,
    quantity,
    coalesce(
        try_cast(price as decimal(18, 4)), try_cast(amount as decimal(18, 4)) / nullif(try_cast(quantity as integer), 0)
    ) as unit_price,
    discount as discount_amount,
    is_card as is_gift_card
from export
