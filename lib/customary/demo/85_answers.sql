-- Answers to surveys: recommendation after an order, satisfaction after a ticket, reviews of what was delivered.
create table answers as
with asked as (
    select 'nps' as survey, order_key, 0 as line_no, cust_no, order_no, null as sku,
        coalesce(delivered_at, ordered_at) + interval 3 day + to_seconds(floor(200000 * draw(order_key,
            131))::bigint) as answered_at,
        within(round(8.4 + 1.7 * bell(order_key, 132) - if(is_late, 3, 0)
            - if(order_key in (select order_key from returns), 2, 0)), 0, 10)::int as score
    from orders where paid_at is not null and cancelled_at is null and cust_no is not null
        and (delivered_at is not null or shop = 'store') and draw(order_key, 133) < 0.12
    union all
    select 'csat', ticket, 0, cust_no, order_no, null,
        closes_at + to_seconds(floor(90000 * draw(ticket, 134))::bigint),
        within(round(4.2 + 0.9 * bell(ticket, 135) - if(kind = 'complaint', 0.8, 0)
            - greatest(0, date_diff('hour', opened_at, closes_at) - 24) / 24.0), 1, 5)::int
    from tickets where draw(ticket, 136) < 0.4
    union all
    select 'review', order_key, line_no, cust_no, order_no, sku,
        delivered_at + to_seconds(floor(86400 * (0.2 + 4 * wait(order_key, line_no, 137)))::bigint),
        within(round(4.5 + 0.9 * bell(order_key, line_no, 138) - if(item = 290 and ordered_at >= '2025-05-01', 2.2,
            0)), 1, 5)::int
    from lines join orders using (order_key) where delivered_at is not null and cust_no is not null
        and draw(order_key, line_no, 139) < 0.13
)
select 'A' || lpad((row_number() over (order by answered_at, survey, order_key, line_no))::varchar, 7,
    '0') as answer_no, *,
    case when draw(order_key, line_no, 140) > 0.4 then null
         -- story quality_problem: the bad batch is written about in its own words
         when survey = 'review' and sku = 'P01291' and score <= 3
             then pick(['左边耳机没声音', '蓝牙总是断连', '用了一周就坏了', '没声音，是坏的', '断连严重，质量差'],
                 draw(order_key, line_no, 141))
         when score <= 2 or survey = 'nps' and score <= 6
             then pick(['太失望了，不推荐', '用了一周就坏了，质量差', '送货太慢，等了很久', '包装破损，里面压坏了',
                 '颜色和图片不一样', '客服不回复，联系不上', '物流太慢，配送延误', '质量差，做工粗糙'],
                 draw(order_key, line_no, 141))
         when score <= 3 or survey = 'nps' and score <= 8
             then pick(['一般，和预期差不多', '价格有点贵', '颜色选择太少', '包装一般', '还行，价格贵了点'],
                 draw(order_key, line_no, 142))
         else pick(['质量很好，很喜欢', '物流很快，第二天就到', '会回购，推荐购买', '性价比高，价格实惠', '包装精美，送礼合适',
             '颜色好看，和图片一样', '质量不错，做工精细'], draw(order_key, line_no, 143)) end as comment
from asked where answered_at < getvariable('as_of');
