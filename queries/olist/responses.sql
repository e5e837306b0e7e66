-- source:  Olist, olist_reviews with olist_orders and olist_customers
-- grain:   one row per review of an order; a review number may stand for several orders, so both make the key
-- decided: stars 1 to 5 are a review's score
select
    r._record,
    r.review_id || '-' || r.order_id as response_id,
    c.customer_unique_id as customer_id,
    r.order_id,
    'review' as survey,
    r.review_answer_timestamp as answered_at,
    r.review_score as score,
    r.review_comment_message as comment
from olist_reviews as r
left join (select distinct on (order_id) order_id, customer_id from olist_orders) as o using (order_id)
left join (select distinct on (customer_id) customer_id, customer_unique_id from olist_customers) as c
    on c.customer_id = o.customer_id
