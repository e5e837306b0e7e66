-- source:  which system, which raw table
-- grain:   one row per product
-- decided: the name of a product is the one it bears today
select
    _record,
    sku as product_id,
    label as product_name,
    family as category,
    price as list_price
from goods
