-- source:  which system, which raw table
-- grain:   one row per day, channel and campaign
-- decided: costs are in the shop's currency
select
    _record,
    day as spent_at,
    channel,
    campaign,
    cost as amount,
    views as impression_count,
    clicks as click_count
from ads
