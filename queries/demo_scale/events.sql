-- source: the log of the demo shop at scale (events_of_scale); its clock is the shop's
-- grain: one row per page view or action
-- decided: visits are those that the log numbers
select event_no as event_id, customer_no as customer_id, visitor_no as visitor_id, at_local as occurred_at,
    event as event_name, url as page, source as channel, visit_no as session_id, device, os, browser, network,
    sku as product_id, keyword as search_term, _record
from events_of_scale
