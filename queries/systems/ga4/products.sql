-- source:  Google Analytics 4, the export to BigQuery
-- grain:   one row per item that any event names
-- decided: it is called as most events call it
select
    one.item_id as product_id,
    mode(one.item_name) as product_name,
    mode(nullif(nullif(one.item_category, '(not set)'), '')) as category,
    max(one.price) as list_price
from (
    select unnest(from_json(items, '[{"item_id": "VARCHAR", "item_name": "VARCHAR", "item_category": "VARCHAR",
        "price": "DOUBLE"}]')) as one
    from export
    where items like '[{%'
)
where one.item_id is not null and one.item_id <> '(not set)'
group by one.item_id
