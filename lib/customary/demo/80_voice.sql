-- What customers say: service tickets, satisfaction after a ticket, recommendation and reviews after an order.
create table tickets as
with cases as (
    select order_key, person, cust_no, order_no, promised_on + interval 40 hour as opened_at, 'complaint' as kind, 'delivery' as topic
    from orders where is_late and delivered_at is not null and draw(order_key, 121) < 0.3
    union all
    select order_key, person, cust_no, order_no, ordered_at + interval 20 minute, 'complaint', 'payment'
    from orders where shop = 'online' and is_unpaid and draw(order_key, 122) < if(in_incident, 0.6, 0.05)
    union all
    select order_key, person, cust_no, order_no, returned_at - interval 3 hour,
        if(reason in ('defective', 'not as described', 'damaged in transit'), 'complaint', 'question'),
        if(reason in ('defective', 'not as described', 'damaged in transit'), 'product quality', 'returns')
    from returns where returned = quantity and draw(order_key, line_no, 123) < 0.3
    union all
    select order_key, person, cust_no, order_no, ordered_at + to_seconds(floor(200000 * draw(order_key, 124))::bigint),
        if(draw(order_key, 125) < 0.12, 'praise', 'question'),
        pick(['delivery', 'invoice', 'size advice', 'product use', 'account', 'promotion'], draw(order_key, 126))
    from orders where draw(order_key, 127) < 0.05
)
select 'K' || lpad((row_number() over (order by opened_at, order_key, kind, topic))::varchar, 7, '0') as ticket_no, *,
    (row_number() over (order by opened_at, order_key, kind, topic))::int as ticket,
    opened_at + to_seconds(floor(3600 * exp(2 + 1.2 * bell(order_key, 128)) * if(topic = 'payment', 3, 1))::bigint) as closes_at,
    pick(['chat', 'chat', 'chat', 'phone', 'phone', 'e-mail', 'WeChat'], draw(order_key, 129)) as contact
from cases where cust_no is not null and opened_at < getvariable('as_of');

create table answers as
with asked as (
    select 'nps' as survey, order_key, 0 as line_no, cust_no, order_no, null as sku,
        coalesce(delivered_at, ordered_at) + interval 3 day + to_seconds(floor(200000 * draw(order_key, 131))::bigint) as answered_at,
        within(round(8.4 + 1.7 * bell(order_key, 132) - if(is_late, 3, 0)
            - if(order_key in (select order_key from returns), 2, 0)), 0, 10)::int as score
    from orders where paid_at is not null and cancelled_at is null and cust_no is not null
        and (delivered_at is not null or shop = 'store') and draw(order_key, 133) < 0.12
    union all
    select 'csat', ticket, 0, cust_no, order_no, null, closes_at + to_seconds(floor(90000 * draw(ticket, 134))::bigint),
        within(round(4.2 + 0.9 * bell(ticket, 135) - if(kind = 'complaint', 0.8, 0)
            - greatest(0, date_diff('hour', opened_at, closes_at) - 24) / 24.0), 1, 5)::int
    from tickets where draw(ticket, 136) < 0.4
    union all
    select 'review', order_key, line_no, cust_no, order_no, sku,
        delivered_at + to_seconds(floor(86400 * (0.2 + 4 * wait(order_key, line_no, 137)))::bigint),
        within(round(4.5 + 0.9 * bell(order_key, line_no, 138) - if(item = 290 and ordered_at >= '2025-05-01', 2.2, 0)), 1, 5)::int
    from lines join orders using (order_key) where delivered_at is not null and cust_no is not null
        and draw(order_key, line_no, 139) < 0.13
)
select 'A' || lpad((row_number() over (order by answered_at, survey, order_key, line_no))::varchar, 7, '0') as answer_no, *,
    case when draw(order_key, line_no, 140) > 0.4 then null
         when score <= 2 or survey = 'nps' and score <= 6 then pick(['disappointed', 'broke after a week', 'came too late',
            'packaging was damaged', 'colour differs from the picture', 'service did not answer'], draw(order_key, line_no, 141))
         when score <= 3 or survey = 'nps' and score <= 8 then pick(['fine', 'as expected', 'a bit expensive', 'wish for more colours'], draw(order_key, line_no, 142))
         else pick(['very good', 'fast delivery', 'will buy again', 'great value', 'nice packaging'], draw(order_key, line_no, 143)) end as comment
from asked where answered_at < getvariable('as_of');
