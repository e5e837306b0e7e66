-- source: advertising accounts (ad_spend)
-- grain: one row per day, channel and campaign
-- decided: a day's cost is dated at the day's beginning
select
    day as spent_at, channel, campaign, cost as amount,
    impressions as impression_count, clicks as click_count, _record
from ad_spend
