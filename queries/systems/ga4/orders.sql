-- source:  Google Analytics 4, the export to BigQuery
-- grain:   one row per transaction number of a purchase event
-- decided: a purchase that comes again under its number is one order; one without a number is an order by itself
-- decided: the amount is the purchase's revenue, else its value; where neither is given it is unknown
-- decided: a customer is the signed-in person, else the cookie
select
    order_id,
    min(customer_id) as customer_id,
    min(time) as ordered_at,
    min(time) as paid_at,
    min(currency) as currency,
    max(amount) as gross_amount,
    max(shipping) as shipping_amount,
    max(tax) as tax_amount,
    min(device) as device,
    min(country) as country,
    min(region) as region
from (
    select
        coalesce(
            nullif(transaction, '(not set)'), nullif(transaction_param, '(not set)'), 'purchase-' || _record
        ) as order_id,
        coalesce(person, visitor) as customer_id,
        coalesce(try_cast(revenue as decimal(18, 4)), try_cast(value as decimal(18, 4))) as amount,
        *
    from export
    where event_own = 'purchase'
)
group by order_id
