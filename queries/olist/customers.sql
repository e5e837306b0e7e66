-- source:  Olist, olist_customers
-- grain:   one row per person (customer_unique_id)
-- decided: a person who moved lives where the largest order-customer number says; the file has no date of moving
select
    customer_unique_id as customer_id,
    'Brazil' as country,
    arg_max(customer_state, customer_id) as region,
    arg_max(customer_city, customer_id) as city
from olist_customers
where customer_unique_id is not null
group by customer_unique_id
