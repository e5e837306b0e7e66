-- source:  Online Retail, invoice_lines
-- grain:   one row per stock code, case folded (the till wrote 85123A and 85123a)
-- decided: the name is the one written most often; the file has no categories
select
    upper(StockCode) as product_id,
    mode(Description) as product_name
from invoice_lines
where StockCode is not null
group by upper(StockCode)
