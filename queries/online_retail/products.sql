-- source:  Online Retail, invoice_lines
-- grain:   one row per stock code, case folded (the till wrote 85123A and 85123a)
-- decided: codes listed under [charges] in source.toml (postage, fees, samples …) are no products
-- decided: the name is the one written most often; the file has no categories
select
    upper(StockCode) as product_id,
    mode(Description) as product_name
from invoice_lines
where StockCode is not null and upper(StockCode) not in (select code from charges)
group by upper(StockCode)
