-- source:  which system, which raw table
-- grain:   one row per key that ties an account to a person
-- decided: a kind is email, phone, account or device; making keys comparable is the work of identity resolution
select
    _record,
    customer_no as customer_id,
    kind,
    value
from keys
