-- source:  抖店, orders
-- grain:   one row per sub-order
-- decided: 商品金额 is a line before discounts, 订单应付金额 what is to be paid of it with its postage
-- decision refunded: leave_out | keep – 退款成功: the file does not say how much was paid back, nor when
select
    _record,
    coalesce(line_id, order_id || '-' || _record) as order_item_id,
    order_id,
    coalesce(nullif(product, '-'), title) as product_id,
    quantity,
    try_cast(amount as decimal(18, 4)) / nullif(try_cast(quantity as integer), 0) as unit_price,
    greatest(0, try_cast(amount as decimal(18, 4)) + coalesce(try_cast(shipping as decimal(18, 4)), 0)
        - try_cast(due as decimal(18, 4))) as discount_amount,
    case when _file < max(_file) over (partition by order_id) then 'a later file brings this order anew' end
        as rejected_because,
    case when getvariable('refunded') = 'leave_out' and regexp_matches(service, '退款成功')
        then 'refunded; the file does not say how much, nor when' end as excluded_because
from export
