-- source:  淘宝/天猫 宝贝报表
-- grain:   one row per refunded sub-order
-- decided: 退款成功 is a refund of 退款金额, else of all that the line cost
-- decided: the file gives no date of a refund: the shop says which counts (undated_refunds), else its order's
select
    'refund-' || coalesce(line_id, order_id || '-' || _record) as return_id,
    order_id,
    coalesce(code, title) as product_id,
    quantity,
    coalesce(
        nullif(try_cast(refund as decimal(18, 4)), 0),
        nullif(try_cast(paid as decimal(18, 4)), 0),
        try_cast(due as decimal(18, 4))
    ) as refund_amount
from export
where refund_status like '%退款成功%'
