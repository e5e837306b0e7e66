-- source:  Shopify Admin API, orders
-- grain:   one row per order
-- decided: a guest is known by the e-mail address; goods are counted before discounts
-- decided: authorised, paid and refunded orders were paid when they were placed
select
    _record,
    id as order_id,
    coalesce(customer, lower(email)) as customer_id,
    created as ordered_at,
    case when regexp_matches(lower(status), '^(paid|partially_paid|authorized|refunded|partially_refunded)$')
        then created end as paid_at,
    cancelled as cancelled_at,
    currency,
    goods as gross_amount,
    discount as discount_amount,
    shipping as shipping_amount,
    tax as tax_amount,
    channel,
    country,
    region,
    test as is_test
from export
