-- source:  RetailRocket, a public log
-- grain:   one row per event
-- decided: times are milliseconds in UTC
select
    _record,
    'event-' || _record as event_id,
    visitor as customer_id,
    visitor as visitor_id,
    time as occurred_at,
    event as event_name,
    product as product_id
from export
