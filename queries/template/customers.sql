-- source:  which system, which raw table
-- grain:   one row per customer account; accounts that share an e-mail or phone are merged later
-- decided: who joined without an order is a customer too
select
    _record,
    customer_no as customer_id,
    joined as registered_at,
    born as birth_on,
    sex as gender,
    town as city
from members
