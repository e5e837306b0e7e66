-- source:  Google Analytics 4, the export to BigQuery
-- grain:   one row per item of a purchase
-- decided: only of purchases whose items add up to the revenue, to the cent; of others the sum alone is known
select
    order_id || '-' || nth as order_item_id,
    order_id,
    one.item_id as product_id,
    coalesce(one.quantity, 1) as quantity,
    coalesce(one.item_revenue / nullif(one.quantity, 0), one.price) as unit_price
from (
    select *, unnest(parts) as one, generate_subscripts(parts, 1) as nth
    from (
        select
            coalesce(
                nullif(transaction, '(not set)'), nullif(transaction_param, '(not set)'), 'purchase-' || _record
            ) as order_id,
            coalesce(try_cast(revenue as double), try_cast(value as double)) as amount,
            from_json(items, '[{"item_id": "VARCHAR", "quantity": "BIGINT", "price": "DOUBLE",
                "item_revenue": "DOUBLE"}]') as parts,
            _record
        from export
        where event_own = 'purchase' and items like '[{%'
    )
    where abs(list_sum(list_transform(parts, lambda p: coalesce(p.item_revenue, p.price * coalesce(p.quantity, 1))))
        - amount) <= 0.01
    qualify _record = min(_record) over (partition by order_id)
)
where coalesce(one.item_revenue, one.price) > 0
