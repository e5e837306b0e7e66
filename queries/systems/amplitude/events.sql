-- source:  Amplitude, export of events
-- grain:   one row per event; one that was sent again under its $insert_id is counted once
-- decided: times are UTC; a visitor is the device, else Amplitude's own number
select
    _record,
    coalesce("insert", 'event-' || _record) as event_id,
    person as customer_id,
    coalesce(visitor, id) as visitor_id,
    time || 'Z' as occurred_at,
    event as event_name,
    event_own as source_event_name,
    case when session <> '-1' then coalesce(visitor, id) || '-' || session end as session_id,
    split_part(page, '?', 1) as page,
    channel,
    device,
    os,
    platform,
    product as product_id,
    search as search_term
from export
