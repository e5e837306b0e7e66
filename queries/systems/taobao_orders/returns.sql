-- source:  淘宝/天猫 订单报表
-- grain:   one row per order that was paid and refunded
-- decided: 退款金额 where the file has it, else all that was paid for an order closed after a refund
-- decision undated_refunds: order_date | leave_out – the file gives no date of a refund
select
    'refund-' || order_id as return_id,
    order_id,
    coalesce(paid_time, time) as returned_at,
    amount as refund_amount,
    case when getvariable('undated_refunds') = 'leave_out' then 'refund without a date' end as excluded_because
from (
    select *, coalesce(
        nullif(try_cast(refund as decimal(18, 4)), 0),
        case when status like '%交易关闭%' and closed_because like '%退款%' and paid_time is not null
            then coalesce(try_cast(goods as decimal(18, 4)), try_cast(paid as decimal(18, 4))) end
    ) as amount
    from export
)
where amount > 0
