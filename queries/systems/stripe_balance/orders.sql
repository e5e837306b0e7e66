-- source:  Stripe, balance transactions
-- grain:   one row per transaction that is no refund
-- decided: charges and payments are sales; payouts, fees and adjustments stay out, each with its name
-- decided: times are UTC; the file names no customers
select
    _record,
    coalesce(source, id) as order_id,
    time || ' UTC' as ordered_at,
    time || ' UTC' as paid_at,
    upper(currency) as currency,
    amount as gross_amount,
    case when lower(type) not in ('charge', 'payment') then 'no sale: ' || lower(type) end as excluded_because
from export
where not regexp_matches(lower(type), 'refund')
