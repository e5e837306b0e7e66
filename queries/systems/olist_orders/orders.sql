-- source:  Olist, orders
-- grain:   one row per order
-- decided: customer_id is one per order; a person is the customer_unique_id of the file of customers, where it is there
-- decided: an order is paid when it was approved; one that was cancelled never counts as delivered
select
    _record,
    order_id,
    coalesce(person, export.customer) as customer_id,
    time as ordered_at,
    paid_time as paid_at,
    case when status in ('canceled', 'unavailable') and paid_time is null then time end as cancelled_at,
    delivered as delivered_at,
    promised as promised_on,
    region
from export
left join (select customer, max(person) as person, max(region) as region from beside group by customer) as people
    on people.customer = export.customer
