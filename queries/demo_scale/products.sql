-- source: the catalogue of the demo shop at scale (products_of_scale)
-- grain: one row per product
-- decided: nothing; names only
select sku as product_id, product_name, category, subcategory, list_price, launched_on, _record
from products_of_scale
