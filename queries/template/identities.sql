-- source:  which system, which raw table
-- grain:   one row per key that ties an account to a person
-- decided: keys are passed on as they are written; making them comparable is the work of identity resolution
select distinct customer_no as customer_id, 'email' as kind, mail as value
from members
where mail is not null
