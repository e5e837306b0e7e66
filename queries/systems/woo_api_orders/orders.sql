-- source:  WooCommerce REST API, orders
-- grain:   one row per order
-- decided: times are GMT; customer 0 is a guest and known by the e-mail address
-- decided: an order is paid where it says when, else where it is completed or in work
-- decided: the total is what was paid, with shipping and tax in it; goods are counted before discounts
select
    _record,
    id as order_id,
    coalesce(nullif(customer, '0'), lower(nullif(email, ''))) as customer_id,
    created || 'Z' as ordered_at,
    coalesce(paid || 'Z', case when status in ('completed', 'processing') then created || 'Z' end) as paid_at,
    case when status in ('cancelled', 'failed', 'trash') then created || 'Z' end as cancelled_at,
    currency,
    try_cast(total as decimal(18, 4)) - coalesce(try_cast(tax as decimal(18, 4)), 0)
    - coalesce(try_cast(shipping as decimal(18, 4)), 0) + coalesce(try_cast(discount as decimal(18, 4)), 0)
        as gross_amount,
    discount as discount_amount,
    shipping as shipping_amount,
    tax as tax_amount,
    payment as payment_method,
    channel,
    country,
    region
from export
