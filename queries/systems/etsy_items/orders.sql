-- source:  Etsy, sold order items
-- grain:   one row per order of one or more lines
-- decided: what Etsy lists as sold was paid; shipping and tax stand at one line and 0 at the next, and are added up
select
    order_id,
    min(coalesce(nullif(regexp_extract(buyer, '[(]([^)]+)[)]$', 1), ''), buyer)) as customer_id,
    min(time) as ordered_at,
    min(time) as paid_at,
    min(currency) as currency,
    sum(try_cast(shipping as decimal(18, 4))) as shipping_amount,
    sum(try_cast(tax as decimal(18, 4))) as tax_amount,
    min(country) as country,
    min(region) as region
from (from export where order_id is not null qualify _file = max(_file) over (partition by order_id))
group by order_id
