-- source:  淘宝/天猫 宝贝报表
-- grain:   one row per product that was sold
-- decided: it is called as most of its lines call it
select coalesce(code, title) as product_id, mode(title) as product_name
from export
where coalesce(code, title) is not null
group by coalesce(code, title)
