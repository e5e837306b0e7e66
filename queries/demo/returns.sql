-- source: ERP returns and refunds (erp_returns), of online orders and of store receipts
-- grain: one row per returned line
-- decided: a refund for an order nobody knows is set aside, since no order can be reduced by it
-- decided: a refund is in the currency of its order
-- decided: a store return carries no customer; its order tells who it was
select
    return_no as return_id,
    order_no as order_id,
    cust_no as customer_id,
    created_at as returned_at,
    sku as product_id,
    quantity,
    refund as refund_amount,
    null as currency,
    reason,
    'China' as country,
    case
        when order_no not in (
            select order_no from erp_orders where order_no is not null
            union all select receipt_no from till_receipts where receipt_no is not null
        ) then 'no such order'
    end as rejected_because,
    _record
from erp_returns
