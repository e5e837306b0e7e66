-- source: web log of site, app and mini-program (weblog); its clock is UTC (source.toml)
-- grain: one row per page view or action
-- decided: known bots are those that say so in the browser field; others must be found by what they do
select
    event_no as event_id,
    user_no as customer_id,
    cookie_id as visitor_id,
    at_utc as occurred_at,
    event as event_name,
    url as page,
    source as channel,
    terminal as device,
    os,
    browser,
    network,
    platform,
    sku as product_id,
    keyword as search_term,
    load_ms,
    lcp_ms,
    coalesce(browser ilike '%spider%' or browser ilike '%bot%', false) as is_bot,
    _record
from weblog
