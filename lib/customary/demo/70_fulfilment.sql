-- The life of an order: paid or not, cancelled, sent, delivered, on time or late. Nothing after as_of is known yet.
create table orders as
with summed as (
    select order_key, sum(gross)::decimal(12, 2) as gross, sum(discount)::decimal(12, 2) as discount from lines group by 1
), chosen as (
    select p.*, gross, discount,
        case when shop = 'store' then 'store'
             when device = 'pc' then 'site'
             else pick(['mini-program', 'mini-program', 'app', 'app', 'site'], draw(coalesce(account, order_key), 91)) end as channel,
        case when draw(coalesce(account, order_key), 92) < 0.75
             then pick(['Alipay', 'WeChat Pay', 'WeChat Pay', 'Alipay', 'UnionPay'], draw(coalesce(account, order_key), 93))
             else pick(['Alipay', 'WeChat Pay', 'UnionPay', 'credit card', 'Huabei'], draw(order_key, 94)) end as payment_method,
        draw(order_key, 95) < 0.06 and shop = 'online' as is_cross_border
    from placed p join summed using (order_key)
), shipped as (
    select *,
        if(shop = 'store', 'carried out', if(is_cross_border, 'bonded warehouse',
            pick(['standard', 'standard', 'standard', 'express', 'express', 'pick-up point'], draw(order_key, 96)))) as delivery_method,
        -- story payment_incident: Alipay fails from 10 to 13 September 2025
        payment_method = 'Alipay' and ordered_at >= '2025-09-10' and ordered_at < '2025-09-14' as in_incident,
        if(is_cross_border, money(0.091 * (gross - discount)), 0::decimal(12, 2)) as tax,
        if(shop = 'store' or gross - discount >= 99, 0, 10)::decimal(12, 2) as shipping
    from chosen
), dated as (
    select *, shop = 'online' and draw(order_key, 97) < if(in_incident, 0.5, 0.04) as is_unpaid,
        shop = 'online' and draw(order_key, 98) < 0.015 as is_withdrawn,
        case delivery_method when 'express' then 2 when 'pick-up point' then 3 when 'bonded warehouse' then 10 else 4 end as promise,
        -- story late_deliveries: the warehouse drowns after 11.11 in 2024
        draw(order_key, 99) < if(ordered_at >= '2024-11-09' and ordered_at < '2024-11-21', 0.40, 0.06) as is_late
    from shipped
), lived as (
    select *, if(is_unpaid, null, ordered_at + to_seconds(if(shop = 'store', 0, 10 + floor(600 * pow(draw(order_key, 100), 3))::bigint))) as pays_at,
        case when is_unpaid then ordered_at + interval 30 minute
             when is_withdrawn then ordered_at + to_seconds(1800 + floor(60000 * draw(order_key, 101))::bigint) end as cancels_at,
        if(shop = 'store' or is_unpaid or is_withdrawn, null, ordered_at::date + promise
            + if(is_late, 1 + floor(1.8 * wait(order_key, 102))::int, -floor(0.6 * promise * draw(order_key, 103))::int)
            + to_seconds(32400 + floor(36000 * draw(order_key, 104))::bigint)) as arrives_at
    from dated
)
select * exclude (pays_at, cancels_at, arrives_at),
    if(shop = 'store', 'T', 'SO') || lpad((10000000 + order_key)::varchar, 8, '0') as order_no,
    if(pays_at < getvariable('as_of'), pays_at, null) as paid_at,
    if(cancels_at < getvariable('as_of'), cancels_at, null) as cancelled_at,
    if(arrives_at < getvariable('as_of'), arrives_at, null) as delivered_at,
    if(shop = 'store', null, ordered_at::date + promise) as promised_on,
    if(pays_at < getvariable('as_of'), gross - discount + shipping + tax, 0)::decimal(12, 2) as paid
from lived;

create table returns as
with received as (
    select l.*, o.order_no, o.person, o.cust_no, coalesce(delivered_at, ordered_at) as had_at, draw(l.order_key, 111) < 0.02 as is_whole,
        -- story quality_problem: a bad batch of one pair of headphones from May 2025
        item = 7 * 40 + 10 and ordered_at >= '2025-05-01' as is_faulty,
        case category when 'apparel' then 0.14 when 'shoes' then 0.12 when 'electronics' then 0.05 when 'food' then 0.01
             else 0.035 end as chance
    from lines l join orders o using (order_key)
    where paid_at is not null and cancelled_at is null and (delivered_at is not null or shop = 'store')
), sent_back as (
    select *, if(is_whole or draw(order_key, line_no, 112) < 0.8, quantity,
                 1 + floor((quantity - 1) * draw(order_key, line_no, 113))::int) as returned,
        had_at + to_seconds(floor(86400 * (0.5 + least(25, 5 * wait(order_key, line_no, 114))))::bigint) as returned_at
    from received where is_whole or draw(order_key, line_no, 115) < if(is_faulty, 0.40, chance)
)
select 'R' || lpad((row_number() over (order by returned_at, order_key, line_no))::varchar, 7, '0') as return_no, *,
    money((gross - discount) * returned / quantity - 0.004) as refund,
    if(is_faulty and draw(order_key, line_no, 116) < 0.9, 'defective',
       if(category in ('apparel', 'shoes') and draw(order_key, line_no, 117) < 0.6, 'does not fit',
          pick(['changed my mind', 'changed my mind', 'not as described', 'damaged in transit', 'defective', 'arrived too late'],
               draw(order_key, line_no, 118)))) as reason
from sent_back where returned_at < getvariable('as_of');
