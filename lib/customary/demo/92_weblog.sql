-- Visits become events in the GA4 vocabulary: session_start and page_view together, some browsing, then a tail.
create table tails as
select script, unnest(range(len(steps))) as step, unnest(steps) as event_name from (values
    (0, []::varchar[]), (1, []::varchar[]), (2, ['view_item']), (3, ['view_item', 'add_to_cart']),
    (4, ['view_item', 'add_to_cart', 'begin_checkout']), (5, ['view_item', 'add_to_cart', 'begin_checkout', 'add_payment_info']),
    (6, ['view_item', 'add_to_cart', 'begin_checkout', 'add_payment_info', 'purchase']),
    (7, ['view_item', 'add_to_cart', 'begin_checkout', 'add_payment_info', 'begin_checkout', 'add_payment_info', 'begin_checkout', 'add_payment_info'])
) s(script, steps);
create table lengths as select script, max(len) as tail from (values (0, 0), (1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 8)) l(script, len) group by 1;

create table sessions as
with scripted as (
    select *, 
        -- story mobile_checkout_loop: on the phone site, payment throws people back from 15 August to 10 October 2025
        if(depth between 3 and 5 and device = 'phone' and platform = 'site' and begins_at >= '2025-08-15' and begins_at < '2025-10-11'
           and draw(visit_key, source, 191) < 0.55, 7, depth) as script,
        (9 + floor(46 * pow(draw(visit_key, source, 192), 1.5)))::int as pace
    from visits
), paced as (
    select s.*, tail, (1 + browsed + tail)::int as hits, coalesce(begins_at, ends_at - to_seconds((browsed + tail) * pace)) as starts_at
    from scripted s join lengths using (script)
), spaced as (
    select *, lag(starts_at + to_seconds(hits * pace)) over visitor as before_at, lead(starts_at) over visitor as after_at
    from paced window visitor as (partition by person order by starts_at, source, visit_key)
), kept as (  -- two visits of one person are more than half an hour apart; an order's visit always stays
    select * from spaced where source = 1 or (starts_at + to_seconds(hits * pace) < getvariable('as_of')
        and (before_at is null or starts_at > before_at + interval 31 minute)
        and (after_at is null or after_at > starts_at + to_seconds(hits * pace) + interval 31 minute))
)
select (row_number() over (order by starts_at, source, visit_key))::int as session,
    epoch_us(starts_at - interval 8 hour) as starts_us, hits, browsed, pace, script, category_no,
    item, platform, device, cust_no,
    case when cust_no is null then 99 when draw(visit_key, source, 193) < 0.6 then 0
         when depth >= 4 then 1 + browsed + 2 else 99 end as named_from,  -- others log in at the checkout, or never
    'v' || lpad(to_hex(hash(hash(person::bigint, device))), 16, '0') as visitor_id,
    case when source <= 2 and draw(visit_key, source, 194) < 0.3 then 'direct'
         when source in (1, 2) and draw(visit_key, source, 194) < 0.4 then 'email'
         when source <= 3 and draw(visit_key, source, 194) < 0.75 then coalesce(channel, 'search')
         else pick(['direct', 'direct', 'search', 'search', 'search', 'social', 'social', 'social', 'ads', 'ads', 'affiliate', 'referral'],
             draw(visit_key, source, 195)) end as channel,
    case when device = 'pc' then pick(['Windows', 'Windows', 'Windows', 'macOS'], draw(person, 196))
         else pick(['Android', 'Android', 'HarmonyOS', 'iOS'], draw(person, 196)) end as os,
    case platform when 'mini-program' then 'WeChat' when 'app' then 'app' else case when device = 'pc'
         then pick(['Chrome', 'Chrome', 'Edge', '360', 'Firefox'], draw(person, 197))
         else pick(['Chrome', 'Safari', 'UC', 'QQ'], draw(person, 197)) end end as browser,
    case when device = 'pc' then pick(['fixed', 'wifi'], draw(person, 198))
         else pick(['wifi', 'wifi', '5G', '5G', '4G'], draw(visit_key, source, 198)) end as network,
    0 as first_hit, hits as last_hit, null::varchar as dirt
from kept left join (select person, channel from people) using (person);

create view weblog as  -- a view: a million wide rows go to their file without being kept
with hit as (
    select *, unnest(range(first_hit, last_hit + 1))::int as j from sessions
), chanced as (
    select *, greatest(j - 1, 0) as hop, j - 2 - browsed as step, draw(session, j, 199) as chance, draw(session, j, 200) as chance2 from hit
), named as (
    select c.*, case when j = 0 then 'session_start' when j = 1 then 'page_view' when step >= 0 then event_name
            when chance < 0.30 then 'view_item_list' when chance < 0.44 then 'search' when chance < 0.82 then 'view_item'
            when chance < 0.90 then 'view_review' when chance < 0.945 then 'add_to_wishlist' when chance < 0.965 then 'share'
            when chance < 0.98 then 'contact_service' else 'page_view' end as name,
        case when step >= 0 then item else (category_no * 40 + 5 * floor(8 * pow(chance2, 1.6)) + if(chance2 > 0.7, 2, 0))::int end as shown
    from chanced c left join tails using (script, step)
)
select session * 64::bigint + j as event_no, if(j >= named_from, cust_no, null) as user_no, visitor_id as cookie_id,
    make_timestamp(starts_us + 1000000 * (hop * pace + if(hop = 0 or j = hits, 0, floor(pace * 0.8 * chance2)::int))) as at_utc,
    name as event, case when j <= 1 then if(script = 0 and chance2 < 0.4, '/promo', if(platform = 'app', '/home', '/')) when name = 'search' then '/search'
        when name = 'view_item_list' then list_page when name = 'view_review' then review_page
        when name in ('view_item', 'add_to_wishlist', 'share') then item_page when name = 'add_to_cart' then '/cart'
        when name = 'begin_checkout' then '/checkout' when name = 'add_payment_info' then '/checkout/payment'
        when name = 'purchase' then '/checkout/done' when name = 'contact_service' then '/service' else '/help' end as url,
    channel as source, device as terminal, os, browser, network, platform,
    if(name in ('view_item', 'view_review', 'add_to_wishlist', 'share', 'add_to_cart'), sku, null) as sku,
    if(name = 'search', keyword, null) as keyword,
    dirt
from named join (select item as shown, sku, '/item/' || sku as item_page, '/item/' || sku || '/reviews' as review_page,
    '/list/' || replace(category, ' ', '-') as list_page, subcategory as keyword from items) using (shown);
