-- source:  which system, which raw table
-- grain:   one row per customer and experiment or campaign
-- decided: a campaign is an experiment whose arms are those who were addressed and those who were kept out
select
    _record,
    trial as experiment,
    customer_no as customer_id,
    arm,
    drawn as assigned_at
from draws
