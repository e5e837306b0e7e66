-- source:  CDNOW sample, purchases
-- grain:   one row per purchase; the file has no order numbers, so the record is the key
-- decided: customers are the sample's own numbers; purchases are dated by the day, so they stand at noon
-- decided: every purchase was paid; one with 0 dollars is kept (a gift certificate was redeemed)
select
    _record,
    cast(_record as varchar) as order_id,
    sample_id as customer_id,
    try_strptime(date, '%Y%m%d') + interval 12 hour as ordered_at,
    try_strptime(date, '%Y%m%d') + interval 12 hour as paid_at,
    dollars as gross_amount,
    dollars as paid_amount
from purchases
