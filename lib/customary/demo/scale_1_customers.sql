-- The shop at scale, a slice of its customers at a time (`scale.py`): every draw is about one customer, so that a slice
-- needs no other, and the files are the same whatever the number of slices in memory or of threads.
set variable provinces = ['Guangdong', 'Guangdong', 'Guangdong', 'Zhejiang', 'Zhejiang', 'Jiangsu', 'Jiangsu',
    'Shanghai', 'Shanghai', 'Beijing', 'Sichuan', 'Hubei', 'Shandong', 'Fujian', 'Henan', 'Yunnan'];
set variable ways_in = ['search', 'search', 'search', 'search', 'direct', 'direct', 'direct', 'social', 'social',
    'social', 'ads', 'ads', 'email', 'affiliate', 'referral', 'referral'];

create or replace table slice_customers as
select i as customer_no, a.day, c.starts as clock,
    a.on_date + to_seconds(second_of_day(draw(i, 1002), draw(i, 1003))) as registered_at,
    pick(getvariable('ways_in'), draw(i, 1004)) as channel,
    pick(getvariable('provinces'), draw(i, 1005)) as province,
    pick(['female', 'female', 'female', 'male', 'male', null], draw(i, 1006)) as gender,
    date '1950-01-01' + floor(365.25 * 58 * draw(i, 1007))::int as birth_date,
    pick(['phone', 'phone', 'phone', 'phone', 'phone', 'phone', 'pc', 'pc', 'pc', 'tablet'], draw(i, 1008)) as device,
    floor(12 * pow(draw(i, 1009), 1.15))::int as favourite,
    -- Heavy tails (Lomax): half of the buyers order once or twice, one in a hundred more than forty times.
    least(400, floor(3.08 * (pow(1 - draw(i, 1010), -1 / 1.9) - 1)))::int as order_count,
    least(511, floor(getvariable('visits_each') * (pow(1 - draw(i, 1011), -1 / 1.9) - 1)))::int as visit_count
from range(getvariable('first_customer')::bigint, getvariable('next_customer')::bigint) t(i)
join arrivals a on a.step = floor(8192 * draw(i, 1001))::int
join clock c on c.day = a.day
order by i;
