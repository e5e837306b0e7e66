-- source:  有赞, orders
-- grain:   one row per order
-- decided: a customer is a telephone number that is not masked; an order is paid where it says when
select
    _record,
    order_id,
    case when regexp_full_match(phone, '[0-9+ -]{7,}') then phone end as customer_id,
    time as ordered_at,
    nullif(paid_time, '-') as paid_at,
    goods as gross_amount,
    abs(try_cast(discount as decimal(18, 4))) as discount_amount,
    shipping as shipping_amount,
    paid as paid_amount,
    payment as payment_method,
    channel,
    nullif(region, '-') as region
from export
