-- source:  Shopify, the connector's table of orders
-- grain:   one row per order
-- decided: its times are written in UTC; what Shopify deleted is left out; a guest is known by the e-mail address
-- decided: goods are counted before discounts; authorised, paid and refunded orders were paid when they were placed
select
    _record,
    id as order_id,
    coalesce(customer, lower(email)) as customer_id,
    case when created similar to '.*:[0-9]{2}([.][0-9]+)?' then created || 'Z' else created end as ordered_at,
    case when regexp_matches(lower(status), '^(paid|partially_paid|authorized|refunded|partially_refunded)$')
        then case when created similar to '.*:[0-9]{2}([.][0-9]+)?' then created || 'Z' else created end end as paid_at,
    case when cancelled similar to '.*:[0-9]{2}([.][0-9]+)?' then cancelled || 'Z' else cancelled end as cancelled_at,
    currency,
    coalesce(
        try_cast(goods as decimal(18, 4)),
        try_cast(subtotal as decimal(18, 4)) + coalesce(try_cast(discount as decimal(18, 4)), 0)
    ) as gross_amount,
    discount as discount_amount,
    shipping as shipping_amount,
    tax as tax_amount,
    channel,
    country,
    region,
    test as is_test,
    case when lower(deleted) = 'true' then 'deleted in the shop' end as excluded_because
from export
