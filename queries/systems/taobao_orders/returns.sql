-- source:  淘宝/天猫 订单报表
-- grain:   one row per order that was paid and refunded
-- decided: 退款金额 where the file has it, else all that was paid for an order closed after a refund
-- decided: the file gives no date of a refund: the shop says which counts (undated_refunds), else its order's
select
    'refund-' || order_id as return_id,
    order_id,
    amount as refund_amount
from (
    select *, coalesce(
        nullif(try_cast(refund as decimal(18, 4)), 0),
        case when status like '%交易关闭%' and closed_because like '%退款%' and paid_time is not null
            then coalesce(try_cast(goods as decimal(18, 4)), try_cast(paid as decimal(18, 4))) end
    ) as amount
    from export
)
where amount > 0
