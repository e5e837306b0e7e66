-- source:  Superstore, a public training set
-- grain:   one row per customer who bought
-- decided: where customers live is where most of their lines went; nobody says when they registered
select customer as customer_id, mode(country) as country, mode(region) as region, mode(city) as city
from export
where customer is not null
group by customer
