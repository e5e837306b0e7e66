-- People and how they buy. A share of the accounts are second and third accounts of somebody who has one.
-- Rates: purchase rate per day ~ Gamma(1/2, 26 days) and dropout ~ Beta(1, 6) as in BG/NBD (Fader, Hardie and
-- Lee 2005, eq. 1-4); mean order value ~ inverse gamma(3, 2000) as in gamma-gamma (Fader and Hardie 2013, eq. 1).
create table cities as
select (row_number() over () - 1)::int as place, * from (values
    ('Shanghai', 'Shanghai', 13), ('Hangzhou', 'Zhejiang', 9), ('Beijing', 'Beijing', 10), ('Shenzhen', 'Guangdong', 9),
    ('Guangzhou', 'Guangdong', 8), ('Chengdu', 'Sichuan', 7), ('Nanjing', 'Jiangsu', 6), ('Suzhou', 'Jiangsu', 5),
    ('Wuhan', 'Hubei', 5), ('Chongqing', 'Chongqing', 5), ('Xi''an', 'Shaanxi', 4), ('Ningbo', 'Zhejiang', 4),
    ('Tianjin', 'Tianjin', 3), ('Changsha', 'Hunan', 3), ('Zhengzhou', 'Henan', 3), ('Qingdao', 'Shandong', 3),
    ('Xiamen', 'Fujian', 2), ('Shenyang', 'Liaoning', 2), ('Kunming', 'Yunnan', 2), ('Hefei', 'Anhui', 2)
) c(city, region, weight);
set variable places = (select list(place order by place, n) from cities, range(weight) t(n));

create table people as
with arrived as (
    select p::int as person, a.day, a.on_date + to_seconds(second_of_day(draw(p, 2), draw(p, 3))) as arrived_at
    from range(greatest(1, floor(0.965 * getvariable('customers'))::int)) t(p)
    join arrivals a on a.step = floor(8192 * draw(p, 1))::int
), placed as (
    select *,
        -- story city_growing: Hefei rises from about 2 % to 14 % of new customers during 2025
        case when day > 366 and draw(person, 4) < 0.14 * (day - 366) / 365 then 19
             else pick(getvariable('places'), draw(person, 5)) end as place,
        -- story affiliate_low_value: a coupon network floods the shop in March to May 2025
        case when day between 425 and 516 and draw(person, 6) < 0.38 then 'affiliate'
             else pick(['search', 'search', 'search', 'search', 'social', 'social', 'social', 'ads', 'ads', 'ads',
                 'direct', 'direct', 'direct', 'referral', 'referral', 'email', 'affiliate'], draw(person, 7))
        end as channel
    from arrived
)
select *, draw(person, 8) < 0.72 as is_buyer,
    pow(bell(person, 10), 2) / 2 / 26.0 * if(channel = 'affiliate', 0.4, 1) as rate,
    1 - pow(1 - draw(person, 11), 1 / 6.0) as dropout,
    2000 / (wait(person, 12) + wait(person, 13) + wait(person, 14)) * if(channel = 'affiliate', 0.5, 1) as mean_value,
    floor(12 * pow(draw(person, 15), 1.15))::int as favourite,
    draw(person, 16) as promotion_sensitivity,
    case when draw(person, 17) < 0.25 then 0.5 else 0.03 end as store_share,
    pick(['phone', 'phone', 'phone', 'phone', 'phone', 'phone', 'phone', 'pc', 'pc', 'tablet'], draw(person, 18)) as device,
    draw(person, 19) as activity
from placed;

create table accounts as
with opened as (
    select person, arrived_at as registered_at, 'first' as tie from people
    union all
    select person, least(arrived_at + to_seconds(floor(86400 * (5 + 120 * wait(x, 21)))::bigint),
                         getvariable('as_of') - to_seconds(60 + x * 7)) as registered_at,
        pick(['phone', 'phone', 'email', 'email', 'wechat'], draw(x, 22)) as tie
    from (select x, floor(draw(x, 23) * (select count(*) from people))::int as person
          from range((getvariable('customers') - (select count(*) from people))::bigint) t(x))
    join people using (person)
)
select (row_number() over (order by registered_at, person, tie))::int as account,
    'C' || lpad((row_number() over (order by registered_at, person, tie))::varchar, 6, '0') as cust_no,
    person, registered_at, tie, count(*) over (partition by person) as siblings,
    row_number() over (partition by person order by registered_at, tie) as nth
from opened;
