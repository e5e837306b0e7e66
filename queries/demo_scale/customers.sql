-- source: the customers of the demo shop at scale (customers_of_scale)
-- grain: one row per customer account
-- decided: nothing; names only
select customer_no as customer_id, registered_at, birth_date as birth_on, gender, 'China' as country,
    province as region, channel as acquisition_channel, _record
from customers_of_scale
