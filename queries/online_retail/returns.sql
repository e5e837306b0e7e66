-- source:  Online Retail, invoice_lines
-- grain:   one row per line of a C-invoice
-- decided: a return counts on its own date; the file does not say which invoice it reverses (the frame finds the latest one)
-- decided: quantities and amounts are written positive; a C-line with a positive quantity would be refused by no rule and shows as negative refund
with lines as (
    select *, _file > min(_file) over (partition by InvoiceNo) as arrived_before
    from invoice_lines
    where InvoiceNo ilike 'C%'
)
select
    _record,
    cast(_record as varchar) as return_id,
    CustomerID as customer_id,
    InvoiceDate as returned_at,
    upper(StockCode) as product_id,
    -try_cast(Quantity as bigint) as quantity,
    -try_cast(Quantity as bigint) * try_cast(UnitPrice as decimal(18, 4)) as refund_amount,
    Country as country,
    case when arrived_before then 'invoice already loaded from an earlier file' end as rejected_because
from lines
