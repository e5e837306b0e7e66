-- source:  Amazon, All Orders report
-- grain:   one row per order of one or more lines
-- decided: the report names no buyers and no payments: an order is paid unless it is pending or cancelled
-- decided: shipping and tax stand at each line and are added up; Non-Amazon orders are only shipped by Amazon
select
    order_id,
    min(time) as ordered_at,
    case when not regexp_matches(lower(min(status)), 'pending|cancel|unfulfillable') then min(time) end as paid_at,
    case when regexp_matches(lower(min(status)), 'cancel') then min(time) end as cancelled_at,
    min(currency) as currency,
    sum(try_cast(shipping as decimal(18, 4))) as shipping_amount,
    sum(try_cast(tax as decimal(18, 4))) as tax_amount,
    min(channel) as channel,
    min(country) as country,
    min(region) as region,
    case when min(channel) = 'Non-Amazon' then 'sold elsewhere and only shipped by Amazon' end as excluded_because
from (from export where order_id is not null qualify _file = max(_file) over (partition by order_id))
group by order_id
