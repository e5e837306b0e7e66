-- source: customer service (service_tickets)
-- grain: one row per service case
-- decided: nothing; names only
select
    ticket_no as ticket_id, cust_no as customer_id, order_no as order_id,
    opened_at, closed_at, kind, topic, contact, message, _record
from service_tickets
