-- source:  Online Retail, invoice_lines
-- grain:   one row per sales invoice (C-invoices are returns)
-- decided: an invoice is dated by its first line, by the text of it where copies write 12/1/2010 8:26; it is paid when it is written, the file knows no payments
-- decided: the amount is the sum of the lines that count and is added up by the frame, not here; with charges = apart the
--          postage and discounts among the lines stand here instead
with lines as (
    select *, try_cast(Quantity as bigint) * try_cast(UnitPrice as decimal(18, 4)) as amount,
        getvariable('charges') = 'apart' and not (getvariable('duplicates') = 'leave_out' and row_number() over (
            partition by InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country
            order by _record
        ) > 1) as is_apart
    from invoice_lines
    left join charges on code = upper(StockCode)
    where InvoiceNo not ilike 'C%'
    qualify _file = min(_file) over (partition by InvoiceNo)
)
select
    InvoiceNo as order_id,
    min(CustomerID) as customer_id,
    coalesce(min(try_cast(InvoiceDate as timestamp))::varchar, arg_min(InvoiceDate, _record)::varchar) as ordered_at,
    ordered_at as paid_at,
    min(Country) as country,
    sum(amount) filter (is_apart and charge = 'postage' and amount > 0) as shipping_amount,
    -sum(amount) filter (is_apart and charge = 'discount') as discount_amount
from lines
group by InvoiceNo
