-- What comes back, days after it arrived: a line, a part of a line, or the whole order; never more than was paid.
create table returns as
with received as (
    select l.*, o.order_no, o.person, o.cust_no, coalesce(delivered_at, ordered_at) as had_at,
        draw(l.order_key, 111) < 0.02 as is_whole,
        -- story quality_problem: a bad batch of one pair of headphones from May 2025
        item = 7 * 40 + 10 and ordered_at >= '2025-05-01' as is_faulty,
        -- story change_that_worked: torn bags come back until they are sealed twice
        item = 4 * 40 + 35 and ordered_at >= '2025-02-15' and ordered_at < '2025-06-01' as is_torn,
        case category when 'apparel' then 0.14 when 'shoes' then 0.12 when 'electronics' then 0.05
            when 'food' then 0.01
             else 0.035 end as chance
    from lines l join orders o using (order_key)
    where paid_at is not null and cancelled_at is null and (delivered_at is not null or shop = 'store')
), sent_back as (
    select *, if(is_whole or draw(order_key, line_no, 112) < 0.8, quantity,
                 1 + floor((quantity - 1) * draw(order_key, line_no, 113))::int) as returned,
        had_at + to_seconds(floor(86400 * (0.5 + least(25,
            5 * wait(order_key, line_no, 114))))::bigint) as returned_at
    from received where is_whole or draw(order_key, line_no, 115) < case when is_faulty then 0.40 when is_torn then 0.22 else chance end
)
select 'R' || lpad((row_number() over (order by returned_at, order_key, line_no))::varchar, 7, '0') as return_no, *,
    money((gross - discount) * returned / quantity - 0.004) as refund,
    if((is_faulty or is_torn) and draw(order_key, line_no, 116) < 0.9, 'defective',
       if(category in ('apparel', 'shoes') and draw(order_key, line_no, 117) < 0.6, 'does not fit',
          pick(['changed my mind', 'changed my mind', 'not as described', 'damaged in transit', 'defective',
              'arrived too late'],
               draw(order_key, line_no, 118)))) as reason
from sent_back where returned_at < getvariable('as_of');
