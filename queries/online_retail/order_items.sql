-- source:  Online Retail, invoice_lines
-- grain:   one row per line of a sales invoice; a line has no number of its own, so its record is its key
-- decided: C-invoices are returns with their own date and live in returns.sql, not here as negative sales
-- decided: an invoice that arrives again in a later file is loaded once, from the file that brought it first
-- decided: lines without a customer stay in the books; the frames leave them out with that reason
-- decided: codes listed under [charges] in source.toml (postage, fees, samples …) are no products: such a line bears the
--          charge instead of a product and is in no figure of products, pieces or categories
-- decision duplicates: keep | leave_out – a till may ring the same thing twice, so exact repetitions count unless the shop knows better
-- decision charges: in_sales | apart – what charges amount to is in sales, as in all published figures; apart: postage is shipping, a discount a discount, and others are left out with their name
with lines as (
    select *, upper(StockCode) as code,
        row_number() over (
            partition by _file, InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country
            order by _record
        ) > 1 as is_repeated,
        _file > min(_file) over (partition by InvoiceNo) as arrived_before
    from invoice_lines
    where InvoiceNo not ilike 'C%' or InvoiceNo is null
)
select
    _record,
    cast(_record as varchar) as order_item_id,
    InvoiceNo as order_id,
    case when charge is null then code end as product_id,
    Quantity as quantity,
    UnitPrice as unit_price,
    charge,
    is_repeated,
    case when arrived_before then 'invoice already loaded from an earlier file' end as rejected_because,
    case
        when is_repeated and getvariable('duplicates') = 'leave_out' then 'exact repetition of an earlier line'
        when getvariable('charges') = 'apart' and charge = 'postage' then 'postage, counted as shipping'
        when getvariable('charges') = 'apart' and charge = 'discount' then 'discount, counted as a discount'
        when getvariable('charges') = 'apart' then 'no product: ' || charge
    end as excluded_because
from lines
left join charges using (code)
