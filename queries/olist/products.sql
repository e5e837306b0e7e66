-- source:  Olist, olist_products with olist_translation
-- grain:   one row per product
-- decided: categories in English where a translation exists, else as written; products bear no names
select
    p._record,
    p.product_id,
    p.product_category_name as product_name,
    coalesce(t.product_category_name_english, p.product_category_name) as category
from olist_products as p
left join (select distinct on (product_category_name) * from olist_translation) as t using (product_category_name)
