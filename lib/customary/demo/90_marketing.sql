-- Advertising spend by day and campaign: what a new customer of the channel costs, times the day's pull.
create table ad_spend as
with plans as (
    select (row_number() over ())::int as plan, * from (values
        ('search', 'brand words', 14.0), ('search', 'category words', 46.0), ('social', 'short video', 32.0),
        ('social', 'influencers', 26.0), ('ads', 'display', 85.0), ('affiliate', 'coupon network', 18.0), ('email', 'newsletter', 6.0)
    ) v(channel, campaign, cost)
), pull as (
    select channel, day, count(*) as newcomers from people group by all
), daily as (
    select c.day, c.on_date, p.*, c.speed, coalesce(newcomers, 0) as newcomers,
        avg(coalesce(newcomers, 0)) over (partition by plan order by c.day rows between 14 preceding and 14 following) as trend
    from clock c cross join plans p left join pull u on u.channel = p.channel and u.day = c.day
)
select on_date, channel, campaign, plan, money(cost * (0.35 + trend) * sqrt(speed) * (0.85 + 0.3 * draw(day, plan, 151))) as cost,
    floor(cost * (0.35 + trend) * 55 * (0.8 + 0.4 * draw(day, plan, 152)))::int as impressions,
    floor(cost * (0.35 + trend) * 1.6 * (0.7 + 0.6 * draw(day, plan, 153)))::int as clicks
from daily where on_date < '2026-01-01';

create table consents as
select cust_no, 'analytics' as purpose, if(draw(account, 154) < 0.975, 'Y', 'N') as choice, registered_at as recorded_at from accounts
union all
select cust_no, 'marketing', if(draw(account, 155) < 0.8, 'Y', 'N'), registered_at from accounts
union all  -- some change their mind later
select cust_no, 'marketing', 'N', registered_at + to_seconds(floor(86400 * (20 + 400 * draw(account, 156)))::bigint) as recorded_at
from accounts where draw(account, 157) < 0.05 and registered_at + to_days(421) < getvariable('as_of');
