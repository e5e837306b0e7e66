-- source:  which system, which raw table
-- grain:   one row per decision of a customer about a purpose
-- decided: purposes are analytics and marketing; whoever refused marketing is on no list
select
    _record,
    customer_no as customer_id,
    purpose,
    answer as is_granted,
    answered as recorded_at
from permissions
