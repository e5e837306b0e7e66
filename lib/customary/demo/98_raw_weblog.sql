-- The dirt of the web log: crawlers, dates after as_of, repeated events.
create table crawled as
with crawlers as (  -- the first half say who they are; the others pretend to be people and read a page a second
    select g, unnest(range(400)) as j from range(greatest(2, getvariable('customers') // 1000)::bigint) t(g)
), hits as (
    select 9000000000 + g * 1000 + j as event_no, null::varchar as user_no,
        'b' || lpad(to_hex(hash(g)), 16, '0') as cookie_id,
        timestamp '2025-05-01 19:00:00' + to_days((g * 7 % 200)::int) + to_seconds(j * if(g % 2 = 0, 3,
            1)) as at_utc,
        if(j = 0, 'session_start', if(j = 1, 'page_view', 'view_item')) as event, item_page as url,
            'direct' as source, 'pc' as terminal, 'Linux' as os,
        if(g % 2 = 0, 'Baiduspider', 'Chrome') as browser, 'fixed' as network, 'site' as platform, sku,
            null::varchar as keyword,
            null::int as load_ms, null::int as lcp_ms,
        if(g % 2 = 0, 'bot that says so', 'bot in disguise') as dirt
    from crawlers join (select item, sku, '/item/' || sku as item_page from items) on item = (g * 37 + j) % 480
)
select * from hits;

insert into sessions
select * replace (session + 80000000 as session, starts_us + 63072000000000 as starts_us, 0 as last_hit,
    'event after as_of' as dirt)
from sessions where session % 1000 = 1 and session <= 20000;
insert into sessions
select * replace (1 as first_hit, 1 as last_hit, 'event delivered twice' as dirt) from sessions
    where session % 2500 = 2;

create view raw_weblog as select * from weblog union all by name select * from crawled;
