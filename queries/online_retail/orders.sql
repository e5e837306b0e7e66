-- source:  Online Retail, invoice_lines
-- grain:   one row per sales invoice (C-invoices are returns)
-- decided: an invoice is dated by its first line; it is paid when it is written, the file knows no payments
-- decided: the amount is the sum of the lines that count and is added up by the frame, not here
select
    InvoiceNo as order_id,
    min(CustomerID) as customer_id,
    min(try_cast(InvoiceDate as timestamp)) as ordered_at,
    min(try_cast(InvoiceDate as timestamp)) as paid_at,
    min(Country) as country
from (
    from invoice_lines
    where InvoiceNo not ilike 'C%'
    qualify _file = min(_file) over (partition by InvoiceNo)
)
group by InvoiceNo
