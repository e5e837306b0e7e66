-- source:  Shopify, transactions of orders: the admin export or the connector's table
-- grain:   one row per transaction; those that are no refund are left out with that reason
-- decided: a refund counts on its own date, with the amount that went back, shipping and tax included
select
    _record,
    coalesce(id, 'transaction-' || _record) as return_id,
    order_id,
    case when time similar to '.*:[0-9]{2}([.][0-9]+)?' then time || 'Z' else time end as returned_at,
    abs(try_cast(amount as decimal(18, 4))) as refund_amount,
    currency,
    case
        when lower(kind) <> 'refund' then 'a transaction that is no refund: ' || lower(kind)
        when lower(status) <> 'success' then 'a refund that did not succeed'
    end as excluded_because
from export
