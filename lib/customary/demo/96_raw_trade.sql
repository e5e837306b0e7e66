-- Raw files of the ERP and the till, with their dirt. Money and times are text, as in any export.
create macro stamp(instant) as strftime(instant, '%Y-%m-%d %H:%M:%S');

create table raw_erp_products as
select sku, product_name as name, category, subcategory, list_price::varchar as list_price, launched_on::varchar as launched_on, null::varchar as dirt
from items;

create table raw_erp_orders as
with written as (
    select order_key, order_no, cust_no, stamp(ordered_at) as created_at, stamp(paid_at) as paid_at, stamp(cancelled_at) as cancelled_at,
        stamp(delivered_at) as delivered_at, promised_on::varchar as promised_on, 'CNY' as currency, gross::varchar as goods_amount,
        discount::varchar as discount, shipping::varchar as freight, tax::varchar as tax, paid::varchar as paid, channel, device as terminal,
        payment_method as pay_way, delivery_method as ship_way, c.region as province, null as remark, 1 as batch, null::varchar as dirt
    from orders join cities c using (place) where shop = 'online'
), odd as (  -- twelve test orders of the opening weeks and six dated after as_of: copies of real ones, one line each
    select order_key, row_number() over (order by order_key) as nth from orders where shop = 'online' and order_key % 3 = 1
    qualify nth <= 18
)
select * from written
union all
select * replace (2 as batch, 'order delivered twice' as dirt) from written where order_key % 997 = 7
union all
select o.* replace ('SO9' || lpad((nth * 101)::varchar, 7, '0') as order_no, if(nth <= 12, 'C90000' || (1 + nth % 8), null) as cust_no,
    if(nth <= 12, stamp(timestamp '2024-01-02 10:00:00' + to_days(nth::int)), stamp(timestamp '2026-01-20 10:00:00' + to_days(nth::int))) as created_at,
    if(nth <= 12, stamp(timestamp '2024-01-02 10:01:00' + to_days(nth::int)), stamp(timestamp '2026-01-20 10:01:00' + to_days(nth::int))) as paid_at,
    null as cancelled_at, null as delivered_at, null as promised_on, '10.00' as goods_amount, '0.00' as discount, '0.00' as freight, '0.00' as tax,
    '10.00' as paid, if(nth <= 12, 'TEST', null) as remark, 3 as batch, if(nth <= 12, 'test order', 'order after as_of') as dirt)
from odd join written o using (order_key);

create table raw_erp_order_lines as
with written as (
    select order_key, order_no, line_no, sku, quantity::varchar as quantity, unit_price::varchar as price, l.discount::varchar as discount,
        1 as batch, null::varchar as dirt from lines l join orders using (order_key) where shop = 'online'
)
select * from written
union all
select * replace (2 as batch, 'line delivered twice' as dirt) from written where order_key % 997 = 7
union all
select order_key, order_no, 1, 'P01001', '1', '10.00', '0.00', 3, if(dirt = 'test order', 'test order', 'order after as_of')
from raw_erp_orders where batch = 3
union all
select order_key, order_no, 91, sku, '-1', price, '0.00', 1, 'negative quantity' from written where line_no = 1 and order_key % 2500 = 11
union all
select order_key, order_no, 92, sku, 'two', price, '0.00', 1, 'quantity not a number' from written where line_no = 1 and order_key % 5000 = 13
union all
select 90000000 + t, 'SO99999' || (900 + t), 1, 'P01002', '1', '69.90', '0.00', 1, 'line without an order' from range(7) r(t);

create table raw_till_receipts as  -- one line per row; the till knows a member's phone or card, never a customer number
select order_key, order_no as receipt_no, line_no, strftime(ordered_at, '%Y/%m/%d %H:%M:%S') as sold_at,
    city || ' store' as store, cities.region as province,
    case when c.account is null or by_card then null when draw(order_key, 341) < 0.3 then '+86' || c.phone else c.phone end as member_phone,
    if(by_card, c.card_no, null) as card_no, sku, quantity::varchar as quantity, unit_price::varchar as price, l.discount::varchar as discount,
    payment_method as pay_way, null::varchar as dirt
from lines l join (select *, draw(order_key, 342) < 0.35 as prefers_card from orders where shop = 'store') o using (order_key)
join cities using (place)
left join (select *, coalesce(dirt in ('phone shared by many', 'invalid phone'), false) as needs_card from contacts) c using (account)
cross join lateral (select c.account is not null and (prefers_card or c.needs_card) as by_card);

create table raw_erp_returns as
select return_no, order_no, cust_no, stamp(returned_at) as created_at, sku, returned::varchar as quantity, refund::varchar as refund, reason,
    null::varchar as dirt from returns
union all
select 'R9' || lpad(t::varchar, 6, '0'), 'SO88888' || (800 + t), null, '2025-05-0' || (1 + t) || ' 11:00:00', 'P01003', '1', '59.90', 'changed my mind',
    'refund for an unknown order' from range(5) r(t);
update raw_erp_returns set cust_no = null where order_no[1] = 'T';

create table raw_service_tickets as
select ticket_no, cust_no, order_no, if(ticket % 900 = 5, '2025-02-30 10:00:00', stamp(opened_at)) as opened_at,
    stamp(if(closes_at < getvariable('as_of'), closes_at, null)) as closed_at, kind, topic, contact,
    case kind when 'praise' then 'Thank you, that was quick!' when 'complaint' then 'I am not happy about the ' || topic || ', please help.'
        else 'A question about ' || topic || '.' end as message, if(ticket % 900 = 5, 'impossible date', null) as dirt
from tickets;

create table raw_surveys as
select answer_no, survey, cust_no, order_no, sku, stamp(answered_at) as answered_at, score::varchar as score, comment, null::varchar as dirt from answers;
