-- source:  Amazon, All Orders report
-- grain:   one row per product that was sold
-- decided: it is called as most of its lines call it
select coalesce(sku, title) as product_id, mode(title) as product_name
from export
where coalesce(sku, title) is not null
group by coalesce(sku, title)
