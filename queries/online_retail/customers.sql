-- source:  Online Retail, invoice_lines
-- grain:   one row per customer number
-- decided: a customer seen in two countries lives where the latest invoice went
select
    CustomerID as customer_id,
    arg_max(Country, (InvoiceDate, _record)) as country
from invoice_lines
where CustomerID is not null
group by CustomerID
