-- source:  Amazon, date-range report of transactions
-- grain:   one row per product that was sold
-- decided: it is called as most of its lines call it
select coalesce(sku, title) as product_id, mode(title) as product_name
from export
where coalesce(sku, title) is not null and lower(type) in ('order', 'refund')
group by coalesce(sku, title)
