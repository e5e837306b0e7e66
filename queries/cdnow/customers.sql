-- source:  CDNOW sample, purchases
-- grain:   one row per customer of the sample
-- decided: the file says nothing about people but that they bought
select distinct sample_id as customer_id from purchases where sample_id is not null
