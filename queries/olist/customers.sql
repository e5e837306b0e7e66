-- source:  Olist, olist_customers
-- grain:   one row per person (customer_unique_id)
-- decided: who first orders after a chosen as-of date is not known yet
-- decided: a person who moved lives where the largest order-customer number says; the file has no date of moving
select
    customer_unique_id as customer_id,
    'Brazil' as country,
    arg_max(customer_state, customer_id) as region,
    arg_max(customer_city, customer_id) as city
from olist_customers
left join (select distinct on (customer_id) customer_id, order_purchase_timestamp from olist_orders) using (customer_id)
where customer_unique_id is not null
    and coalesce(try_cast(order_purchase_timestamp as timestamp) >= getvariable('as_of'), false) is false
group by customer_unique_id
