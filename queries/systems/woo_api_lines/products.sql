-- source:  WooCommerce REST API, the lines inside orders
-- grain:   one row per product that was sold
-- decided: it is called as most of its lines call it
select coalesce(nullif(product, '0'), title) as product_id, mode(title) as product_name
from export
where coalesce(nullif(product, '0'), title) is not null
group by coalesce(nullif(product, '0'), title)
