-- source:  REES46, a public log
-- grain:   one row per event
-- decided: times are UTC; the log has no order numbers, so that its purchases are events and no orders
select
    _record,
    'event-' || _record as event_id,
    person as customer_id,
    person as visitor_id,
    time as occurred_at,
    event as event_name,
    session as session_id,
    product as product_id
from export
