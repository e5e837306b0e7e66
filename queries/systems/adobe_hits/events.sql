-- source:  Adobe Analytics, the hits of a data feed
-- grain:   one row per hit
-- decided: a visitor is the two halves of his number, a visit his visit's number; of the events of a hit the one nearest to a
--          purchase names it (1 purchase, 11 checkout, 12 into the cart, 13 out of it, 2 a product, else a page view)
select
    _record,
    'event-' || _record as event_id,
    high || '-' || low as visitor_id,
    case when visit is not null then high || '-' || low || '-' || visit end as session_id,
    time as occurred_at,
    case
        when list_contains(string_split(happened, ','), '1') then 'purchase'
        when list_contains(string_split(happened, ','), '11') then 'begin_checkout'
        when list_contains(string_split(happened, ','), '12') then 'add_to_cart'
        when list_contains(string_split(happened, ','), '13') then 'remove_from_cart'
        when list_contains(string_split(happened, ','), '2') then 'view_item'
        else 'page_view'
    end as event_name,
    page,
    case when coalesce(trim(hidden), '') not in ('', '0') then 'the tool itself leaves this hit out' end as excluded_because
from export
