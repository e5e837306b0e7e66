-- source:  RetailRocket, a public log
-- grain:   one row per transaction number
-- decided: the log knows no prices: amounts are unknown
select transaction as order_id, min(visitor) as customer_id, min(time) as ordered_at, min(time) as paid_at
from export
where transaction is not null
group by transaction
