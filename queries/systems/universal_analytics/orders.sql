-- source:  Universal Analytics, the export to BigQuery
-- grain:   one row per transaction number
-- decided: amounts are millionths; a transaction that comes again under its number is one order
select
    transaction as order_id,
    min(visitor) as customer_id,
    min(happened_at) as ordered_at,
    min(happened_at) as paid_at,
    max(amount) as gross_amount,
    max(shipping) as shipping_amount,
    max(tax) as tax_amount,
    min(device) as device,
    min(country) as country
from (
    select
        visitor, device, country,
        one."transaction"."transactionId" as transaction,
        cast(try_cast(began as bigint) * 1000 + coalesce(one."time", 0) as varchar) as happened_at,
        coalesce(one."transaction"."transactionShipping", 0) / 1e6 as shipping,
        coalesce(one."transaction"."transactionTax", 0) / 1e6 as tax,
        (one."transaction"."transactionRevenue" - coalesce(one."transaction"."transactionShipping", 0)
            - coalesce(one."transaction"."transactionTax", 0)) / 1e6 as amount
    from (
        select *, unnest(from_json(hits, '[{"time": "BIGINT", "transaction": {"transactionId": "VARCHAR",
            "transactionRevenue": "DOUBLE", "transactionShipping": "DOUBLE", "transactionTax": "DOUBLE"}}]')) as one
        from export
        where hits like '[{%'
    )
)
where transaction is not null
group by transaction
