-- source:  拼多多, orders
-- grain:   one row per order
-- decided: the file names no buyers; an order without a time is of the day that its number begins with
-- decision received: shop | buyer – is a sale what the shop received (商家实收) or what the buyer paid (用户实付)?
-- decision refunded: leave_out | keep – 退款成功: the file does not say how much was paid back, nor when
select
    order_id,
    coalesce(time, '20' || order_id[1:2] || '-' || order_id[3:4] || '-' || order_id[5:6]) as ordered_at,
    case when not regexp_matches(status, '已取消|待付款|未付款|交易关闭')
        then coalesce(time, '20' || order_id[1:2] || '-' || order_id[3:4] || '-' || order_id[5:6]) end as paid_at,
    goods as gross_amount,
    try_cast(goods as decimal(18, 4)) + coalesce(try_cast(shipping as decimal(18, 4)), 0) - try_cast(
        case when getvariable('received') = 'buyer' then paid else received end as decimal(18, 4)
    ) as discount_amount,
    shipping as shipping_amount,
    paid as paid_amount,
    case when getvariable('refunded') = 'leave_out' and regexp_matches(concat(status, ' ', service), '退款成功')
        then 'refunded; the file does not say how much, nor when' end as excluded_because
from export
qualify row_number() over (partition by order_id order by _record desc) = 1
