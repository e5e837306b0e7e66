-- source:  Universal Analytics, the export to BigQuery
-- grain:   one row per hit
-- decided: the channel follows from source and medium by the rules of GA4's default channel group
-- decided: a hit's time is the visit's start, in seconds UTC, plus its own milliseconds
-- decided: actions 2, 3, 4, 5 and 6 are view, cart, out of cart, checkout and purchase; other hits are page views
select
    visitor || '-' || visit || '-' || coalesce(one."hitNumber", nth::varchar) as event_id,
    visitor as visitor_id,
    visitor as customer_id,
    cast(try_cast(began as bigint) * 1000 + coalesce(one."time", 0) as varchar) as occurred_at,
    case one."eCommerceAction".action_type
        when '2' then 'view_item' when '3' then 'add_to_cart' when '4' then 'remove_from_cart'
        when '5' then 'begin_checkout' when '6' then 'purchase' when '7' then 'refund'
        else case one."type" when 'PAGE' then 'page_view' else coalesce(one."eventInfo"."eventAction", 'page_view') end
    end as event_name,
    split_part(one.page."pagePath", '?', 1) as page,
    visitor || '-' || visit as session_id,
    nullif(source, '(not set)') as traffic_source,
    nullif(medium, '(not set)') as traffic_medium,
    device,
    os,
    browser
from (
    select *, unnest(parts) as one, generate_subscripts(parts, 1) as nth
    from (
        select *, from_json(hits, '[{"hitNumber": "VARCHAR", "time": "BIGINT", "type": "VARCHAR",
            "page": {"pagePath": "VARCHAR"}, "eventInfo": {"eventAction": "VARCHAR"},
            "eCommerceAction": {"action_type": "VARCHAR"}}]') as parts
        from export
        where hits like '[{%'
    )
)
