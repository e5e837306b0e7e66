-- source:  Mixpanel, raw export
-- grain:   one row per event; one that was sent again under its $insert_id is counted once
-- decided: `time` looks like UTC and is the clock of the project's own time zone: it is read as the shop's clock
select
    _record,
    coalesce("insert", 'event-' || _record) as event_id,
    person as customer_id,
    visitor as visitor_id,
    strftime(make_timestamp(cast(
        case when length(time) >= 13 then try_cast(time as bigint) * 1000 else try_cast(time as bigint) * 1000000 end
    as bigint)), '%Y-%m-%d %H:%M:%S') as occurred_at,
    event as event_name,
    event_own as source_event_name,
    split_part(page, '?', 1) as page,
    channel,
    device,
    os,
    browser,
    product as product_id,
    search as search_term
from export
