-- source: the orders of the demo shop at scale (orders_of_scale)
-- grain: one row per order
-- decided: nothing; names only
select order_no as order_id, customer_no as customer_id, ordered_at, paid_at, cancelled_at, 'CNY' as currency,
    goods as gross_amount, discount as discount_amount, freight as shipping_amount, 0 as tax_amount,
    paid as paid_amount, channel, device, 'China' as country, province as region, _record
from orders_of_scale
