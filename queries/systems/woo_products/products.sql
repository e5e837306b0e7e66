-- source:  WooCommerce, products export
-- grain:   one row per product or variation
-- decided: a product is known by its SKU, else by its number; the first of its categories holds
select
    _record,
    coalesce(sku, id) as product_id,
    name as product_name,
    nullif(trim(split_part(split_part(categories, ', ', 1), ' > ', 1)), '') as category,
    nullif(trim(split_part(split_part(categories, ', ', 1), ' > ', 2)), '') as subcategory,
    price as list_price
from export
