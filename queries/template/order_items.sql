-- source:  which system, which raw table
-- grain:   one row per order line
-- decided: the amount of an order is the sum of its lines that count (quantity and price above zero)
-- decided: a sku listed under [charges] (postage, fees; here or in shop.toml) is no product and bears its charge instead
-- decision duplicates: keep | leave_out – may two equal lines both be true? the shop chooses with [decisions] in shop.toml
with lines as (
    select *, row_number() over (partition by order_no, line_no, sku, pieces, price order by _record) > 1 as is_repeated
    from sale_lines
)
select
    _record,
    order_no || '-' || line_no || case when is_repeated then '-' || _record else '' end as order_item_id,
    order_no as order_id,
    case when charge is null then sku end as product_id,
    charge,
    pieces as quantity,
    price as unit_price,
    is_repeated,
    case when is_repeated and getvariable('duplicates') = 'leave_out' then 'exact repetition of an earlier line' end
        as excluded_because
from lines
left join charges on code = sku
