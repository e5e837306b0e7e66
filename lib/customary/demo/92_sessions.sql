-- Visits become sessions: which events follow the browsing, how fast, from what device, and who is logged in.
create table scripts as
from (values (0, []::varchar[]), (1, []::varchar[]), (2, ['view_item']), (3, ['view_item', 'add_to_cart']),
    (4, ['view_item', 'add_to_cart', 'begin_checkout']),
    (5, ['view_item', 'add_to_cart', 'begin_checkout', 'add_payment_info']),
    (6, ['view_item', 'add_to_cart', 'begin_checkout', 'add_payment_info', 'purchase']),
    (7, ['view_item', 'add_to_cart', 'begin_checkout', 'add_payment_info', 'begin_checkout', 'add_payment_info',
         'begin_checkout', 'add_payment_info'])
) s(script, steps);

create table sessions as
with scripted as (
    select *,
        -- story mobile_checkout_loop: on the phone site, payment throws people back from 15 August to 10 October 2025
        if(depth between 3 and 5 and device = 'phone' and platform = 'site'
           and begins_at >= '2025-08-15' and begins_at < '2025-10-11'
           and draw(visit_key, source, 191) < 0.55, 7, depth) as script,
        (9 + floor(46 * pow(draw(visit_key, source, 192), 1.5)))::int as pace
    from visits
), paced as (
    select s.*, (1 + browsed + len(steps))::int as hits,
        coalesce(begins_at, ends_at - to_seconds((browsed + len(steps)) * pace)) as starts_at
    from scripted s join scripts using (script)
), spaced as (
    select *, lag(starts_at + to_seconds(hits * pace)) over visitor as before_at,
        lead(starts_at) over visitor as after_at
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
         else pick(['direct', 'direct', 'search', 'search', 'search', 'social', 'social', 'social', 'ads', 'ads',
             'affiliate', 'referral'],
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
