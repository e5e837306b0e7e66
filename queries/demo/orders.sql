-- source: ERP orders (erp_orders) and the tills of the stores (till_receipts)
-- grain: one row per online order or till receipt
-- decided: a receipt is paid when it is sold, has no shipping or tax of its own, and its channel is "store"
-- decided: the till knows a card or a phone; the card wins, else the oldest account with that phone
-- decided: a phone of more than three accounts (a junk number) names nobody
-- decided: neither system sells or takes gift cards
-- decided: orders of a test account or with the remark TEST are test orders
with known_phones as (
    select right(regexp_replace(mobile, '[^0-9]', '', 'g'), 11) as phone,
        arg_min(cust_no, (registered_at, cust_no)) as customer_id
    from crm_customers
    where mobile is not null
    group by 1
    having count(distinct cust_no) <= 3 and length(phone) = 11
),
receipts as (
    select receipt_no, strptime(min(sold_at), '%Y/%m/%d %H:%M:%S')::varchar as sold_at,
        right(regexp_replace(min(member_phone), '[^0-9]', '', 'g'), 11) as phone, min(card_no) as card_no,
        sum(price::decimal(18, 2) * quantity::integer) as gross,
            sum(coalesce(discount::decimal(18, 2), 0)) as discount,
        min(pay_way) as pay_way, min(province) as province
    from till_receipts
    group by receipt_no
)
select
    order_no as order_id, cust_no as customer_id,
    created_at as ordered_at, paid_at, cancelled_at, delivered_at, promised_on,
    currency, goods_amount as gross_amount, discount as discount_amount, freight as shipping_amount,
    tax as tax_amount, paid as paid_amount, null as gift_card_amount,
    channel, terminal as device, pay_way as payment_method, ship_way as delivery_method,
    'China' as country, province as region,
    coalesce(remark = 'TEST' or cust_no in (
        select cust_no from crm_customers where lower(mail) like '%@demo-shop.example'), false) as is_test,
    _record
from erp_orders
union all
select
    receipt_no, coalesce(l.cust_no, p.customer_id),
    sold_at, sold_at, null, null, null,
    'CNY', gross::varchar, r.discount::varchar, '0', '0', (gross - r.discount)::varchar, null,
    'store', null, pay_way, 'carried out', 'China', province, false, null
from receipts r
left join loyalty_accounts l on l.card_no = r.card_no
-- Joined by equality alone: a condition of the receipts beside it would compare every receipt with every phone.
left join known_phones p on p.phone = case when r.card_no is null then r.phone end
