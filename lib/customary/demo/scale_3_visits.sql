-- Visits of the log's half year: every order ends one, the others get as far as they get, most of them nowhere. What a
-- visit says at each of its events is of an enumerated type, which is written without looking for its value again.
create or replace table slice_visits as
with bought as (
    select *, floor(2.1 * wait(order_no, 1051))::int as browsed, 15 + floor(60 * wait(order_no, 1052))::int as pace
    from slice_sales where ordered_at >= getvariable('log_opens') + interval 2 hour
), came as (
    select *, unnest(range(visit_count)) as nth from slice_customers
), timed as (
    select came.*, m.on_date + to_seconds(second_of_day(draw(customer_no, nth, 1054), draw(customer_no, nth,
        1055))) as begins_at
    from came join moments m on m.step = floor(16 * (getvariable('log_clock')
        + (731 - getvariable('log_clock')) * draw(customer_no, nth, 1053)))::int
), visited as (
    select customer_no * 1024 + 512 + nth as visit_no, customer_no, true as is_named, 5 as depth,
        least(browsed, 40) as browsed, least(pace, 170) as pace,
        ordered_at - to_seconds((5 + least(browsed, 40)) * least(pace, 170)) as begins_at, device, channel, item
    from bought
    union all
    select customer_no * 1024 + nth, customer_no, draw(customer_no, nth, 1056) < 0.45,
        pick([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3], draw(customer_no, nth, 1057)),
        least(40, floor(2.1 * wait(customer_no, nth, 1058)))::int,
        least(170, 15 + floor(60 * wait(customer_no, nth, 1059)))::int, begins_at,
        if(draw(customer_no, nth, 1060) < 0.8, device, pick(['phone', 'pc', 'tablet'], draw(customer_no, nth, 1061))),
        if(draw(customer_no, nth, 1062) < 0.5, channel, pick(getvariable('ways_in'), draw(customer_no, nth, 1063))),
        40 * if(draw(customer_no, nth, 1064) < 0.65, favourite, floor(12 * draw(customer_no, nth, 1065)))::int
            + floor(40 * pow(draw(customer_no, nth, 1066), 1.6))::int
    from timed
)
select visit_no, customer_no, if(is_named, customer_no, null) as named_no, depth, browsed, pace, begins_at, item,
    device::device as device, channel::channel as channel,
    customer_no * 4 + case device when 'phone' then 0 when 'pc' then 1 else 2 end as visitor_no,
    pick(if(device = 'pc', ['Windows', 'Windows', 'Windows', 'macOS'], ['Android', 'Android', 'HarmonyOS', 'iOS']),
        draw(customer_no, 1067))::os as os,
    pick(if(device = 'pc', ['Chrome', 'Chrome', 'Edge', 'Firefox'], ['WeChat', 'Chrome', 'Safari', 'UC']),
        draw(customer_no, 1068))::browser as browser,
    if(device = 'pc', 'fixed', pick(['wifi', '5G', '4G'], draw(visit_no, 1069)))::network as network
from visited
where begins_at + to_seconds((browsed + depth) * pace) < getvariable('as_of')
order by visit_no;
