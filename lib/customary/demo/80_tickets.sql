-- What customers tell the service: complaints about what went wrong, and questions that would have come anyway.
create table tickets as
with cases as (
    select order_key, person, cust_no, order_no, promised_on + interval 40 hour as opened_at, 'complaint' as kind,
        'delivery' as topic
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
    select order_key, person, cust_no, order_no,
        ordered_at + to_seconds(floor(200000 * draw(order_key, 124))::bigint),
        if(draw(order_key, 125) < 0.12, 'praise', 'question'),
        pick(['delivery', 'invoice', 'size advice', 'product use', 'account', 'promotion'], draw(order_key, 126))
    from orders where draw(order_key, 127) < 0.05
)
select 'K' || lpad((row_number() over (order by opened_at, order_key, kind, topic))::varchar, 7, '0') as ticket_no,
    *,
    (row_number() over (order by opened_at, order_key, kind, topic))::int as ticket,
    opened_at + to_seconds(floor(3600 * exp(2 + 1.2 * bell(order_key, 128)) * if(topic = 'payment', 3,
        1))::bigint) as closes_at,
    pick(['chat', 'chat', 'chat', 'phone', 'phone', 'e-mail', 'WeChat'], draw(order_key, 129)) as contact
from cases where cust_no is not null and opened_at < getvariable('as_of');
