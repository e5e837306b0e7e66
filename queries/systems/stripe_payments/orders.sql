-- source:  Stripe, payments
-- grain:   one row per payment
-- decided: times are UTC; a payment that failed, or is not captured, was not paid; a customer without a number is an e-mail
select
    _record,
    id as order_id,
    coalesce(customer, lower(email)) as customer_id,
    time || ' UTC' as ordered_at,
    case when regexp_matches(lower(status), 'paid|refunded|succeeded') then time || ' UTC' end as paid_at,
    upper(currency) as currency,
    amount as gross_amount,
    case when not regexp_matches(lower(status), 'paid|refunded|succeeded|fail|cancel|block|requires|incomplete|uncaptured')
        then 'its status does not say whether it is paid' end as excluded_because
from export
