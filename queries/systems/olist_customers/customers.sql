-- source:  Olist, customers
-- grain:   one row per person
-- decided: a person has a customer_id for each order; the city of most of them holds
select person as customer_id, mode(city) as city, mode(region) as region
from export
where person is not null
group by person
