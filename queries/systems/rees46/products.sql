-- source:  REES46, a public log
-- grain:   one row per product that any event names
-- decided: the category is the first word of its code
select
    product as product_id,
    mode(brand) as product_name,
    mode(nullif(split_part(category, '.', 1), '')) as category,
    max(price) as list_price
from export
where product is not null
group by product
