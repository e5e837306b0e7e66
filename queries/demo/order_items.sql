-- source: ERP order lines (erp_order_lines) and till receipts, one line per row (till_receipts)
-- grain: one row per order line
-- decided: a line without its order, and a line that takes goods back, are not lines of an order: set aside
-- (goods that come back have their own file); a quantity that is no number does not cast and is set aside too
select
    order_no || '-' || line_no as order_item_id,
    order_no as order_id,
    sku as product_id,
    quantity,
    price as unit_price,
    discount as discount_amount,
    null as is_gift_card,
    case
        when order_no not in (select order_no from erp_orders where order_no is not null) then 'no such order'
        when try_cast(quantity as integer) <= 0 then 'quantity is not above zero'
    end as rejected_because,
    _record
from erp_order_lines
union all
select receipt_no || '-' || line_no, receipt_no, sku, quantity, price, discount, null,
    case when try_cast(quantity as integer) <= 0 then 'quantity is not above zero' end, _record
from till_receipts
