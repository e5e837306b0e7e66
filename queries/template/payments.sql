-- source:  which payment provider, which raw table
-- grain:   one row per payment or refund
-- decided: refunds are written below zero; what is only reserved is no payment
select
    _record,
    payment_no as payment_id,
    order_no as order_id,
    paid as paid_at,
    amount,
    money as currency,
    fee as fee_amount,
    'our provider' as provider
from provider
