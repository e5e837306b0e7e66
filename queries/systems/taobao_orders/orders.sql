-- source:  淘宝/天猫 订单报表, old and new headers
-- grain:   one row per order
-- decided: 买家应付货款 is what the goods cost, after discounts; without it, what was paid less the postage
-- decided: an order is paid where it says when, else by its status; closed without payment it is not
-- decided: a masked name (t***) is no customer
select
    _record,
    order_id,
    case when not regexp_matches(buyer, '[*]{2}|##|[$]{2}') then buyer end as customer_id,
    coalesce(time, paid_time) as ordered_at,
    case
        when regexp_matches(closed_because, '未付款') then null
        when paid_time is not null then paid_time
        when regexp_matches(status, '已付款|已发货|交易成功') then time
    end as paid_at,
    case when status like '%交易关闭%' and paid_time is null then coalesce(time, paid_time) end as cancelled_at,
    coalesce(
        try_cast(goods as decimal(18, 4)),
        try_cast(paid as decimal(18, 4)) - coalesce(try_cast(shipping as decimal(18, 4)), 0)
    ) as gross_amount,
    paid as paid_amount,
    shipping as shipping_amount,
    nullif(split_part(trim(address), ' ', 1), '') as region
from export
