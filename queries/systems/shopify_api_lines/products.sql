-- source:  Shopify Admin API, the lines inside orders
-- grain:   one row per product that was sold
-- decided: it is called as most of its lines call it
select coalesce(product, title) as product_id, mode(title) as product_name
from export
where coalesce(product, title) is not null
group by coalesce(product, title)
