-- source: the lines of orders of the demo shop at scale (lines_of_scale)
-- grain: one row per order line
-- decided: discounts are given on whole orders, so that a line has none
select line_no as order_item_id, order_no as order_id, sku as product_id, quantity, price as unit_price, _record
from lines_of_scale
