-- The till, returns, service and surveys, with their dirt.
create table raw_till_receipts as  -- one line per row; the till knows a member's phone or card, never a customer number
select order_key, order_no as receipt_no, line_no, strftime(ordered_at, '%Y/%m/%d %H:%M:%S') as sold_at,
    city || ' store' as store, cities.region as province,
    case when c.account is null or by_card then null when draw(order_key, 341) < 0.3 then '+86' || c.phone
        else c.phone end as member_phone,
    if(by_card, c.card_no, null) as card_no, sku, quantity::varchar as quantity, unit_price::varchar as price,
        l.discount::varchar as discount,
    payment_method as pay_way, null::varchar as dirt
from lines l join (select *, draw(order_key, 342) < 0.35 as prefers_card from orders
    where shop = 'store') o using (order_key)
join cities using (place)
left join (select *, coalesce(dirt in ('phone shared by many', 'invalid phone'), false) as needs_card
    from contacts) c using (account)
cross join lateral (select c.account is not null and (prefers_card or c.needs_card) as by_card);

create table raw_erp_returns as
select return_no, order_no, cust_no, stamp(returned_at) as created_at, sku, returned::varchar as quantity,
    refund::varchar as refund, reason,
    null::varchar as dirt from returns
union all
select 'R9' || lpad(t::varchar, 6, '0'), 'SO88888' || (800 + t), null, '2025-05-0' || (1 + t) || ' 11:00:00',
    'P01003', '1', '59.90', 'changed my mind',
    'refund for an unknown order' from range(5) r(t);
update raw_erp_returns set cust_no = null where order_no[1] = 'T';

create table raw_service_tickets as
select ticket_no, cust_no, order_no, if(ticket % 900 = 5, '2025-02-30 10:00:00', stamp(opened_at)) as opened_at,
    stamp(if(closes_at < getvariable('as_of'), closes_at, null)) as closed_at, kind, topic, contact,
    message,
    if(ticket % 900 = 5, 'impossible date', null) as dirt
from tickets join ticket_words using (ticket);

create table raw_surveys as
select answer_no, survey, cust_no, order_no, sku, stamp(answered_at) as answered_at, score::varchar as score,
    comment, null::varchar as dirt from answers;
