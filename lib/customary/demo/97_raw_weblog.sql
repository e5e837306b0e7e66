-- The web log as the collector wrote it: times in UTC, crawlers included.
create table raw_weblog as
with crawlers as (  -- the first half say who they are; the others pretend to be people and read a page a second
    select g, unnest(range(400)) as j from range(greatest(2, getvariable('customers') // 1000)::bigint) t(g)
), crawled as (
    select 9000000000 + g * 1000 + j as event_no, null::varchar as user_no, 'b' || lpad(to_hex(hash(g)), 16, '0') as cookie_id,
        timestamp '2025-05-01 19:00:00' + to_days((g * 7 % 200)::int) + to_seconds(j * if(g % 2 = 0, 3, 1)) as at_utc,
        if(j = 0, 'session_start', if(j = 1, 'page_view', 'view_item')) as event, item_page as url, 'direct' as source, 'pc' as terminal, 'Linux' as os,
        if(g % 2 = 0, 'Baiduspider', 'Chrome') as browser, 'fixed' as network, 'site' as platform, sku, null::varchar as keyword,
        if(g % 2 = 0, 'bot that says so', 'bot in disguise') as dirt
    from crawlers join (select item, sku, '/item/' || sku as item_page from items) on item = (g * 37 + j) % 480
)
select *, null::varchar as dirt from weblog
union all by name select * from crawled
union all by name
select * replace (event_no + 5000000000 as event_no, at_utc + interval 2 year as at_utc), 'event after as_of' as dirt from weblog where event_no % 64000 = 64 and event_no < 64 * 20000
union all by name
select *, 'event delivered twice' as dirt from weblog where event_no % 160000 = 128;
