-- A visit's events: it lands, looks around, and goes down the funnel as far as it gets. A view, written as it is read.
-- Visits that buy look at fewer products and read more reviews: the one behaviour that tells them from others.
create or replace view slice_events as
with hit as (
    select *, unnest(range(1 + browsed + depth))::int as j from slice_visits
), chanced as (
    select *, visit_no * 64 + j as event_no, j - browsed as step, draw(visit_no * 64 + j, 1081) as chance from hit
), named as (
    select *,
        case when step > 0 then getvariable('funnel')[step]
            when j = 0 or chance < 0.02 then 'page_view'
            when chance < 0.34 then 'view_item_list'
            when chance < 0.50 then 'search'
            when chance < if(depth = 5, 0.74, 0.90) then 'view_item'
            when chance < 0.96 then 'view_review'
            else 'add_to_wishlist' end as event,
        1 + if(step > 0, item, item - item % 40 + floor(40 * pow(draw(event_no, 1082), 1.6))::int) as shown
    from chanced
)
select event_no, named_no as customer_no, visitor_no, visit_no,
    begins_at + to_seconds(j * pace) as at_local, event,
    case when step > 1 then getvariable('funnel_pages')[step]
        when event in ('view_item', 'add_to_wishlist') then getvariable('item_pages')[shown]
        when event = 'view_item_list' then getvariable('list_pages')[1 + item // 40]
        when event = 'search' then '/search'
        when event = 'view_review' then getvariable('review_pages')[shown]
        when j > 0 then '/help'
        when chance < 0.25 then '/promo' else '/' end as url,
    channel as source, device, os, browser, network,
    if(event in ('view_item', 'view_review', 'add_to_wishlist', 'add_to_cart'), getvariable('skus')[shown],
        null) as sku,
    if(event = 'search', getvariable('keywords')[shown], null) as keyword
from named;
