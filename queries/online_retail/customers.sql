-- source:  Online Retail, invoice_lines
-- grain:   one row per customer number
-- decided: a customer seen in two countries lives where the latest invoice went
-- decided: what lies after a chosen as-of date is not known yet
select
    CustomerID as customer_id,
    arg_max(Country, (InvoiceDate, _record)) as country
from invoice_lines
where CustomerID is not null
    and coalesce(try_cast(InvoiceDate as timestamp) >= getvariable('as_of'), false) is false
group by CustomerID
