-- source:  抖店, orders
-- grain:   one row per order of one or more sub-orders
-- decided: the file names no buyers; an order is paid where it says when
select
    order_id,
    min(time) as ordered_at,
    min(nullif(paid_time, '-')) as paid_at,
    max(nullif(done_time, '-')) as delivered_at,
    sum(try_cast(shipping as decimal(18, 4))) as shipping_amount,
    min(nullif(channel, '-')) as channel
from (from export where order_id is not null qualify _file = max(_file) over (partition by order_id))
group by order_id
