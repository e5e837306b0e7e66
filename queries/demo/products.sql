-- source: ERP product master (erp_products)
-- grain: one row per product
-- decided: nothing; names only
select sku as product_id, name as product_name, category, subcategory, list_price, launched_on, _record
from erp_products
