-- source:  Olist, olist_orders with olist_customers, olist_payments, olist_items
-- grain:   one row per order
-- decided: the person is customer_unique_id; customer_id is new with every order
-- decided: an order with a payment is paid, at its approval or, where that is blank, when it was placed; a later
--          cancellation does not unmake the sale, the file says neither when it was cancelled nor what was refunded
-- decided: the payment method is the one that paid most; vouchers are payments like any other
with paid as (
    select order_id,
        sum(try_cast(payment_value as decimal(18, 4))) as amount,
        arg_max(payment_type, (try_cast(payment_value as decimal(18, 4)), payment_type)) as method
    from olist_payments
    group by order_id
),
freight as (
    select order_id, sum(try_cast(freight_value as decimal(18, 4))) as amount from olist_items group by order_id
),
people as (
    select customer_id, any_value(customer_unique_id) as person, any_value(customer_state) as state
    from olist_customers
    group by customer_id
)
select
    o._record,
    o.order_id,
    people.person as customer_id,
    o.order_purchase_timestamp as ordered_at,
    coalesce(o.order_approved_at, case when paid.amount is not null then o.order_purchase_timestamp end) as paid_at,
    o.order_delivered_customer_date as delivered_at,
    try_cast(o.order_estimated_delivery_date as timestamp)::date as promised_on,
    coalesce(freight.amount, 0) as shipping_amount,
    paid.amount as paid_amount,
    paid.method as payment_method,
    'Brazil' as country,
    people.state as region
from olist_orders as o
left join people using (customer_id)
left join paid on paid.order_id = o.order_id
left join freight on freight.order_id = o.order_id
