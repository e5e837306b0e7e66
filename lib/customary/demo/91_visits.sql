-- Visits of the last nine months. `depth` is how far down the funnel a visit gets: 0 leaves at once, 1 looks around,
-- 2 a product, 3 cart, 4 checkout, 5 payment, 6 purchase; `script` names the tail of events (see 92_sessions.sql).
set variable log_clock = (select starts from clock where on_date = getvariable('log_opens')::date);
create table visits as
with bought as (  -- every online order of the log's period ends a visit; the last event is the order itself
    select order_key as visit_key, 1 as source, person, cust_no, ordered_at as ends_at,
        null::timestamp as begins_at,
        channel as platform, device, category_no, 6 as depth, 2 + floor(1.4 * wait(order_key, 161))::int as browsed,
            item
    from orders join (select order_key, item, item // 40 as category_no from lines
        where line_no = 1) using (order_key)
    where shop = 'online' and ordered_at >= getvariable('log_opens') + interval 1 hour  -- its visit began before it
), lasting as (  -- members come back while they live; the lost fade out a few weeks after their last order
    select p.*, greatest(arrived_at, getvariable('log_opens')) as from_at,
        if(lasts_at is null or is_alive, getvariable('as_of'),
            least(getvariable('as_of'), lasts_at + interval 40 day)) as until_at
    from people p left join buyers using (person)
), members as (
    select person, from_at, until_at, device, favourite, is_buyer,
        unnest(range(floor(date_diff('hour', from_at, until_at) / 24 / 275
        * 3.4 * if(is_buyer, 1.3, 0.7) * (pow(1 - activity, -0.45) - 0.6))::bigint)) as k
    from lasting where until_at > from_at
), strangers as (
    select g, unnest(range(1 + floor(0.8 * wait(g, 162))::bigint)) as k
        from range((getvariable('customers') * 4.6)::bigint) t(g)
), others as (
    select person * 1000 + k as visit_key, 2 as source, person,
        -- evenly over the days the person is around, then at an hour of the day
        (from_at + to_seconds(floor(date_diff('second', from_at, until_at) * draw(person, k, 163))::bigint))::date
            + to_seconds(second_of_day(draw(person, k, 164), draw(person, k, 165))) as begins_at,
        device as usual, favourite from members
    union all  -- before they register, new customers look around without a name
    select person * 10 + k, 3, person, arrived_at - to_seconds(floor(86400 * 4 * wait(person, k,
        166))::bigint + 2400) as begins_at,
        device, favourite from people, range(2) t(k)
            where arrived_at >= getvariable('log_opens') + interval 20 day and draw(person, k, 167) < 0.7
    union all
    select g * 100 + k, 4, -1000000 - g, m.on_date + to_seconds(second_of_day(draw(g, k, 168), draw(g, k, 169))),
        pick(['phone', 'phone', 'phone', 'phone', 'phone', 'pc', 'pc', 'tablet'], draw(g, 170)),
            floor(12 * draw(g, 171))::int
    from strangers
        join moments m on m.step = floor(16 * (getvariable('log_clock') + (731 - getvariable('log_clock')) * draw(g,
        k, 172)))::int
), drawn as (
    select *, if(draw(visit_key, source, 173) < 0.8, usual,
        pick(['phone', 'pc', 'tablet'], draw(visit_key, source, 174))) as device,
        draw(visit_key, source, 175) + if(source = 4, -0.06, 0.03) as zeal,
        if(draw(visit_key, source, 176) < 0.65, favourite,
            floor(12 * draw(visit_key, source, 177))::int) as category_no
    from others where begins_at >= getvariable('log_opens')
), walked as (
    select *, case when zeal < 0.40 then 0 when zeal < 0.67 then 1 when zeal < 0.81 then 2 when zeal < 0.90 then 3
                   when zeal < 0.96 then 4 else 5 end as depth,
        if(device = 'pc', 'site', pick(['mini-program', 'mini-program', 'app', 'app', 'site'],
            draw(person, 178))) as platform
    from drawn
)
select visit_key, source, person, cust_no, ends_at, begins_at, platform, device, category_no, depth, browsed, item
    from bought
union all
select visit_key, source, walked.person, if(source = 2, first_account.cust_no, null), null, begins_at, platform,
    device, category_no, depth,
    if(depth = 0, 0, 1 + floor(1.9 * wait(visit_key, source, 179))::int),
    (category_no * 40 + floor(40 * draw(visit_key, source, 180)))::int
from walked left join accounts first_account on first_account.person = walked.person and first_account.nth = 1;
