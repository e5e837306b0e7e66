-- source:  抖店, orders
-- grain:   one row per product that was sold
-- decided: it is called as most of its lines call it
select coalesce(nullif(product, '-'), title) as product_id, mode(title) as product_name
from export
where coalesce(nullif(product, '-'), title) is not null
group by coalesce(nullif(product, '-'), title)
