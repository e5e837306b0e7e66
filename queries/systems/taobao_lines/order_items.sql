-- source:  淘宝/天猫 宝贝报表, old and new headers
-- grain:   one row per sub-order
-- decided: what a line cost is its 买家实付金额 or 买家应付货款; 价格 is the list price
-- decided: where a file has list prices alone, an order's lines share what its 订单报表 says that it cost
select
    _record,
    coalesce(line_id, order_id || '-' || _record) as order_item_id,
    order_id,
    coalesce(code, title) as product_id,
    quantity,
    coalesce(
        nullif(try_cast(paid as decimal(18, 4)), 0) / nullif(try_cast(quantity as integer), 0),
        try_cast(due as decimal(18, 4)) / nullif(try_cast(quantity as integer), 0),
        try_cast(price as decimal(18, 4)) * cost / nullif(
            sum(try_cast(price as decimal(18, 4)) * try_cast(quantity as integer)) over (partition by order_id), 0
        ),
        try_cast(price as decimal(18, 4))
    ) as unit_price
from export
left join (
    select order_id as owner, max(coalesce(
        try_cast(goods as decimal(18, 4)), try_cast(paid as decimal(18, 4))
    )) as cost
    from beside
    group by order_id
) on owner = order_id
