-- source:  Etsy, sold orders
-- grain:   one row per order
-- decided: what Etsy lists as sold was paid; Order Value is of the goods before the discount
select
    _record,
    order_id,
    coalesce(nullif(regexp_extract(buyer, '[(]([^)]+)[)]$', 1), ''), buyer) as customer_id,
    time as ordered_at,
    case when coalesce(lower(status), '') not like '%cancel%' then time end as paid_at,
    currency,
    value as gross_amount,
    discount as discount_amount,
    shipping as shipping_amount,
    tax as tax_amount,
    country,
    region
from export
