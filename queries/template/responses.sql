-- source:  which system, which raw table
-- grain:   one row per answer to a survey or review request
-- decided: a recommendation goes from 0 to 10, a satisfaction and stars from 1 to 5
select
    _record,
    answer_no as response_id,
    customer_no as customer_id,
    order_no as order_id,
    survey,
    answered as answered_at,
    points as score,
    words as comment
from answers
