-- source:  CDNOW sample, purchases
-- grain:   one row per customer of the sample
-- decided: the file says nothing about people but that they bought
-- decided: who first buys after a chosen as-of date is not known yet
select distinct sample_id as customer_id
from purchases
where sample_id is not null
    and coalesce(try_strptime(date, '%Y%m%d') >= getvariable('as_of'), false) is false
