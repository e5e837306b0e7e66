-- source:  拼多多, orders
-- grain:   one row per product that was sold
-- decided: it is called as most of its orders call it
select coalesce(product, title) as product_id, mode(title) as product_name
from export
where coalesce(product, title) is not null
group by coalesce(product, title)
