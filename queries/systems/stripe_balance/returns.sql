-- source:  Stripe, balance transactions
-- grain:   one row per refund
-- decided: a refund counts on its own date; a failed refund, which comes back, is left out
select
    _record,
    id as return_id,
    time || ' UTC' as returned_at,
    abs(try_cast(amount as decimal(18, 4))) as refund_amount,
    upper(currency) as currency,
    case when regexp_matches(lower(type), 'fail') then 'a refund that failed' end as excluded_because
from export
where regexp_matches(lower(type), 'refund')
