-- source:  which system, which raw table
-- grain:   one row per service case
-- decided: a kind is question, complaint or praise; whatever else stands there is unknown
select
    _record,
    case_no as ticket_id,
    customer_no as customer_id,
    order_no as order_id,
    opened as opened_at,
    closed as closed_at,
    kind,
    about as topic
from cases
