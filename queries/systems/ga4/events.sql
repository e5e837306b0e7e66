-- source:  Google Analytics 4, the export to BigQuery
-- grain:   one row per event
-- decided: times are microseconds in UTC; a visitor is the cookie; without consent there is none and the event stays out
-- decided: a page is its address without what stands behind the question mark; a visit is the cookie's with its ga_session_id
-- decided: source and medium are the event's, else those of the visitor's first touch; the channel follows from them by the
-- rules of GA4's default channel group
select
    _record,
    'event-' || _record as event_id,
    person as customer_id,
    coalesce(visitor, 'nobody') as visitor_id,
    time as occurred_at,
    event as event_name,
    event_own as source_event_name,
    visitor || '-' || session as session_id,
    campaign,
    split_part(page, '?', 1) as page,
    coalesce(nullif(source, '(not set)'), nullif(first_source, '(not set)')) as traffic_source,
    coalesce(nullif(medium, '(not set)'), nullif(first_medium, '(not set)')) as traffic_medium,
    device,
    nullif(os, '<Other>') as os,
    nullif(browser, '<Other>') as browser,
    platform,
    case when json_array_length(items) = 1 then nullif(items ->> '$[0].item_id', '(not set)') end as product_id,
    search as search_term,
    case when visitor is null then 'no consent to cookies: nobody knows whose' end as excluded_because
from export
