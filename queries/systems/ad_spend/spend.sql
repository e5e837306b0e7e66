-- source:  Google Ads or Meta Ads, a report by day and campaign
-- grain:   one row per day and campaign
-- decided: a row of several days, or of no campaign, is a total and set aside
select
    _record,
    day as spent_at,
    channel,
    coalesce(campaign, 'all') as campaign,
    cost as amount,
    impressions as impression_count,
    clicks as click_count,
    case
        when day <> last_day then 'it covers several days: export the report by day'
        when campaign is null or day is null then 'a line of totals'
    end as rejected_because
from export
