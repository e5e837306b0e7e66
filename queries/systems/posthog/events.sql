-- source:  PostHog, batch export; its properties are a text of JSON or columns of their own
-- grain:   one row per event
-- decided: times are UTC; a visitor is the distinct_id
select
    _record,
    coalesce(uuid, 'event-' || _record) as event_id,
    visitor as visitor_id,
    visitor as customer_id,
    case when time similar to '.*:[0-9]{2}([.][0-9]+)?' then time || 'Z' else time end as occurred_at,
    event as event_name,
    event_own as source_event_name,
    split_part(coalesce(url, properties ->> '$."$current_url"'), '?', 1) as page,
    coalesce(device, properties ->> '$."$device_type"') as device,
    coalesce(os, properties ->> '$."$os"') as os,
    coalesce(browser, properties ->> '$."$browser"') as browser,
    coalesce(channel, properties ->> '$.utm_medium') as channel,
    coalesce(product, properties ->> '$.product_id') as product_id,
    coalesce(search, properties ->> '$.search_term') as search_term
from (select * replace (case when json_valid(properties) then properties end as properties) from export)
