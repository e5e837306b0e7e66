-- source:  Superstore, a public training set
-- grain:   one row per product that was sold
-- decided: some products bear two names; the one that most lines bear holds
select
    product as product_id, mode(title) as product_name, mode(category) as category, mode(subcategory) as subcategory
from export
where product is not null
group by product
