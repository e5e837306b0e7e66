-- source:  Superstore, a public training set
-- grain:   one row per order of one or more lines
-- decided: the file knows no payments: an order is paid when it is written
select
    order_id,
    min(customer) as customer_id,
    min(time) as ordered_at,
    min(time) as paid_at,
    min(delivery) as delivery_method,
    min(country) as country,
    min(region) as region
from (from export where order_id is not null qualify _file = max(_file) over (partition by order_id))
group by order_id
