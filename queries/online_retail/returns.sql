-- source:  Online Retail, invoice_lines
-- grain:   one row per line of a C-invoice
-- decided: a return counts on its own date; the file does not say which invoice it reverses (the frame finds the latest one)
-- decided: quantities and amounts are written positive; a C-line with a positive quantity would be refused by no rule and shows as negative refund
-- decided: a refunded charge (postage, a discount granted afterwards, a fee) is no product that came back; with
--          charges = apart only the discount lowers sales, as postage and fees were no sales before
with lines as (
    select *, _file > min(_file) over (partition by InvoiceNo) as arrived_before
    from invoice_lines
    left join charges on code = upper(StockCode)
    where InvoiceNo ilike 'C%'
)
select
    _record,
    cast(_record as varchar) as return_id,
    CustomerID as customer_id,
    InvoiceDate as returned_at,
    case when charge is null then upper(StockCode) end as product_id,
    charge,
    -try_cast(Quantity as bigint) as quantity,
    -try_cast(Quantity as bigint) * try_cast(UnitPrice as decimal(18, 4)) as refund_amount,
    Country as country,
    case when arrived_before then 'invoice already loaded from an earlier file' end as rejected_because,
    case when getvariable('charges') = 'apart' and charge <> 'discount' then 'no product: ' || charge end
        as excluded_because
from lines
