-- source: campaign tool (campaign_assignments)
-- grain: one row per customer account and campaign
-- decided: nothing; names only
select campaign as experiment, cust_no as customer_id, "group" as arm, assigned_at, _record
from campaign_assignments
