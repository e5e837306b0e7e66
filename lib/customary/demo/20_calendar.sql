-- The seasonal clock: purchases run on it, so that Chinese New Year is slow and 11.11 is fast while every
-- buyer keeps one rate. `speed` has mean 1; `starts` is the clock at the day's beginning, in days.
create table clock as
with weighed as (
    select i::int as day, date '2024-01-01' + i::int as on_date,
        (case when isodow(on_date) >= 6 then 1.2 else 1 end)
        * (case when on_date between date '2024-02-04' and date '2024-02-17'
                  or on_date between date '2025-01-23' and date '2025-02-05' then 0.45
                when month(on_date) = 11 and day(on_date) between 9 and 11 then 3.6
                when month(on_date) = 11 and day(on_date) between 1 and 8 then 1.5
                when month(on_date) = 11 and day(on_date) between 12 and 20 then 0.7
                when month(on_date) = 6 and day(on_date) between 16 and 18 then 2.6
                when month(on_date) = 6 and day(on_date) between 1 and 15 then 1.25
                when month(on_date) = 12 and day(on_date) = 12 then 1.8
                when month(on_date) = 10 and day(on_date) <= 7 then 1.15
                else 1 end) as weight
    from range(731) t(i)
)
select day, on_date, weight * 731 / sum(weight) over () as speed,
    coalesce(sum(weight) over (order by day rows between unbounded preceding and 1 preceding), 0)
        * 731 / sum(weight) over () as starts
from weighed;

create table moments as  -- 16 steps of the seasonal clock per day -> the calendar day they fall in
select s::int as step, c.day, c.on_date
from range(731 * 16) t(s) asof join clock c on (s + 0.5) / 16 >= c.starts;

-- New customers: a launch wave, then growth over the two years; festivals bring more.
create table arrivals as
with weighed as (
    select day, on_date, sqrt(speed) * (0.8 * exp(-day / 50.0) + 0.7 + 0.5 * day / 731.0) as weight from clock
), summed as (
    select day, on_date, coalesce(sum(weight) over (order by day rows between unbounded preceding and 1 preceding), 0)
        / sum(weight) over () as starts from weighed
)
select s::int as step, f.day, f.on_date from range(8192) t(s) asof join summed f on (s + 0.5) / 8192 >= f.starts;
