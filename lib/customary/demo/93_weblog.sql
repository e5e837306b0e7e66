-- Sessions become events in the GA4 vocabulary: session_start and page_view together, some browsing, then the script.
-- A view, not a table: a million wide rows go to their file without being kept.
create view weblog as
with steps as (
    select script, unnest(range(len(steps))) as step, unnest(steps) as event_name from scripts
), hit as (
    select *, unnest(range(first_hit, last_hit + 1))::int as j from sessions
), chanced as (
    select *, greatest(j - 1, 0) as hop, j - 2 - browsed as step,
        draw(session, j, 199) as chance, draw(session, j, 200) as chance2
    from hit
), named as (
    select c.*,
        case when j = 0 then 'session_start'
            when j = 1 then 'page_view'
            when step >= 0 then event_name
            when chance < 0.30 then 'view_item_list'
            when chance < 0.44 then 'search'
            when chance < 0.82 then 'view_item'
            when chance < 0.90 then 'view_review'
            when chance < 0.945 then 'add_to_wishlist'
            when chance < 0.965 then 'share'
            when chance < 0.98 then 'contact_service'
            else 'page_view' end as name,
        -- while browsing, the classics of the category are seen most
        if(step >= 0, item, category_no * 40 + 5 * floor(8 * pow(chance2, 1.6))::int + if(chance2 > 0.7, 2, 0)) as shown
    from chanced c left join steps using (script, step)
), timed as (
    select *, round(900 * exp(0.35 * bell(session, 201) + 0.45 * bell(session, j, 202)) * if(device = 'pc', 0.8, 1.15)
        * case network when '4G' then 1.9 when '5G' then 1.2 else 1 end)::int as load_time
    from named
), pages as (
    select item as shown, sku, subcategory as keyword, '/item/' || sku as item_page,
        '/item/' || sku || '/reviews' as review_page, '/list/' || replace(category, ' ', '-') as list_page
    from items
)
select session * 64::bigint + j as event_no, if(j >= named_from, cust_no, null) as user_no, visitor_id as cookie_id,
    make_timestamp(starts_us + 1000000 * (hop * pace
        + if(hop = 0 or j = hits, 0, floor(pace * 0.8 * chance2)::int))) as at_utc,
    name as event,
    case when j <= 1 then if(script = 0 and chance2 < 0.4, '/promo', if(platform = 'app', '/home', '/'))
        when name = 'search' then '/search'
        when name = 'view_item_list' then list_page
        when name = 'view_review' then review_page
        when name in ('view_item', 'add_to_wishlist', 'share') then item_page
        when name = 'add_to_cart' then '/cart'
        when name = 'begin_checkout' then '/checkout'
        when name = 'add_payment_info' then '/checkout/payment'
        when name = 'purchase' then '/checkout/done'
        when name = 'contact_service' then '/service'
        else '/help' end as url,
    channel as source, device as terminal, os, browser, network, platform,
    if(name in ('view_item', 'view_review', 'add_to_wishlist', 'share', 'add_to_cart'), sku, null) as sku,
    if(name = 'search', keyword, null) as keyword,
    -- How long a page took to load and to be seen: by network and device, with the visit's luck and the page's. Nobody
    -- leaves for it: where conversion differs by load time, it is by who has which device and network.
    if(name in ('page_view', 'view_item_list', 'view_item', 'search', 'view_review'), load_time, null) as load_ms,
    if(name in ('page_view', 'view_item_list', 'view_item', 'search', 'view_review'),
        round(load_time * (0.75 + 0.2 * draw(session, j, 204)))::int, null) as lcp_ms,
    dirt
from timed join pages using (shown);
