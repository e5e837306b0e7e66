-- source:  Etsy, sold order items
-- grain:   one row per listing that was sold
-- decided: it is called as most of its lines call it
select coalesce(listing, title) as product_id, mode(title) as product_name
from export
where coalesce(listing, title) is not null
group by coalesce(listing, title)
