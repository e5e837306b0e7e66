-- source:  Amazon, All Orders report
-- grain:   one row per order line; two equal lines are two things, since the report has no numbers of lines
-- decided: item-price is the price of the whole line; a pending line has none yet
select
    _record,
    order_id || '-' || _record as order_item_id,
    order_id,
    coalesce(sku, title) as product_id,
    quantity,
    coalesce(try_cast(amount as decimal(18, 4)) / nullif(try_cast(quantity as integer), 0), 0) as unit_price,
    abs(try_cast(discount as decimal(18, 4))) as discount_amount,
    case when _file < max(_file) over (partition by order_id) then 'a later file brings this order anew' end
        as rejected_because,
    case
        when lower(item_status) = 'cancelled' then 'a cancelled line'
        when amount is null then 'Amazon gives no price yet'
    end as excluded_because
from export
