-- source:  Zendesk or Freshdesk, export of tickets
-- grain:   one row per ticket
-- decided: who asked is the requester; whether it is a complaint the file does not say
select
    _record,
    id as ticket_id,
    lower(person) as customer_id,
    opened as opened_at,
    nullif(closed, '-') as closed_at,
    topic,
    contact
from export
