-- source:  Segment or RudderStack, the warehouse's tables tracks and pages
-- grain:   one row per event
-- decided: `timestamp` is when it happened, in UTC; a row of pages is a page view
select
    _record,
    coalesce(id, 'event-' || _record) as event_id,
    person as customer_id,
    coalesce(visitor, person) as visitor_id,
    case when time similar to '.*:[0-9]{2}([.][0-9]+)?' then time || 'Z' else time end as occurred_at,
    coalesce(event, 'page_view') as event_name,
    split_part(page, '?', 1) as page,
    channel,
    device,
    os
from export
