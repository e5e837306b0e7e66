-- Who orders when. BG/NBD on the seasonal clock: waits between orders are exponential with the buyer's rate;
-- after each repeat order the buyer is lost with probability `dropout`.
create table fates as
select person, rate, dropout, arrived_at,
    greatest(1, ceil(ln(1 - draw(person, 31)) / ln(1 - dropout)))::bigint as repeats_in_life,
    c.starts + c.speed * 0.5 + if(draw(person, 32) < 0.5, 0, 22 * wait(person, 33)) as first_time
from people p join clock c using (day) where is_buyer;

create table purchases as
with expanded as (  -- no more rows than a Poisson count of 731 days can need
    select person, arrived_at, rate, first_time,
        unnest(range(1 + least(repeats_in_life, ceil(731 * rate + 7 * sqrt(731 * rate) + 12)::bigint))) as k
    from fates
), timed as (
    select person, k, arrived_at, first_time + sum(if(k = 0, 0, wait(person, k, 34) / rate))
        over (partition by person order by k) as time from expanded
)
select person, k::int as k, greatest(arrived_at + to_seconds(300 + 60 * k), m.on_date
    + to_seconds(second_of_day(draw(person, k, 35), draw(person, k, 36)))) as ordered_at, null::int as campaign_no
from timed join moments m on m.step = floor(time * 16)::int
where time < 731;

-- Campaigns and experiments, each on a random half of a random part of the buyers of that day.
create table campaigns as
select (row_number() over ())::int as campaign_no, * from (values
    ('recall coupon 2025', date '2025-03-10', 21, 0.08, 1.0, 'lapsed'),
    ('early access 11.11', date '2024-10-28', 14, 0.10, 1.0, 'active'),
    ('bundle offer', date '2025-09-01', 60, 0.0, 1.25, 'active'),
    ('free shipping 6.18', date '2025-06-01', 18, 0.05, 1.0, 'active'),
    ('new banner', date '2025-10-13', 28, 0.0, 1.0, 'active'),
    -- the chance of an order more, for those alone whom a voucher moves; nobody else buys because of it
    ('winter voucher', date '2025-12-01', 28, 0.35, 1.0, 'any')
) c(campaign, starts_on, window_days, extra_orders, value_factor, audience);

create table assigned as
with known as (
    select campaigns.campaign_no, person, max(ordered_at) as last_at
    from purchases, campaigns where ordered_at < starts_on group by all
)
select c.*, person, if(draw(person, campaign_no, 41) < 0.5, 'treatment', 'control') as arm,
    starts_on + to_seconds(32400) as assigned_at,
    -- moved by the voucher: who waits for offers, and ordered neither lately nor long ago
    extra_orders * (campaign <> 'winter voucher' or promotion_sensitivity > 0.4
        and last_at between starts_on - interval 240 day and starts_on - interval 30 day)::int as moves
from known join campaigns c using (campaign_no) join people using (person)
where draw(person, campaign_no, 42) < if(audience = 'any', 0.4, 0.8)
  and (audience = 'any' or (audience = 'lapsed') = (last_at < starts_on - interval 120 day));

insert into purchases
select person, 1000 + campaign_no, assigned_at + to_seconds(1800 + floor(86400 * (window_days - 1) * draw(person,
    campaign_no, 43))::bigint),
    campaign_no
from assigned where arm = 'treatment' and draw(person, campaign_no, 44) < moves;

insert into purchases  -- guests and nameless store customers: no account, one order each, person below zero
select -1 - g, 0, on_date + to_seconds(second_of_day(draw(g, 45), draw(g, 46))), null
from range((getvariable('customers') * 0.14)::bigint) t(g) join arrivals on step = floor(8192 * draw(g, 47))::int;
delete from purchases where ordered_at >= getvariable('as_of');
