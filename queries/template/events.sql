-- source:  which system, which raw table
-- grain:   one row per page view or action
-- decided: an event bears the name of the GA4 vocabulary (data/vocabulary.toml); a name that is none stays as it is
select
    _record,
    click_no as event_id,
    member as customer_id,
    cookie as visitor_id,
    clicked as occurred_at,
    case what when 'bought' then 'purchase' when 'looked' then 'view_item' else what end as event_name,
    address as page,
    came_from as channel,
    gadget as device
from clicks
