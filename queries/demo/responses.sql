-- source: surveys and review requests (surveys)
-- grain: one row per answer
-- decided: the score keeps its survey's scale: nps 0 to 10, csat and review 1 to 5
select
    answer_no as response_id, cust_no as customer_id, order_no as order_id, sku as product_id,
    survey, answered_at, score, comment, _record
from surveys
