-- source:  Shopify, products export with its old or new headers
-- grain:   one row per variant that can be bought
-- decided: a product is known by its SKU, as order lines know it, else by its title and variant
-- decided: its title stands in the first of its rows only; rows of mere pictures are no variants
select
    coalesce(sku, name) as product_id,
    max(name) as product_name,
    max(kind) as category,
    max(price) as list_price
from (
    select
        sku,
        price,
        max(title) over of_handle || coalesce(' - ' || nullif(concat_ws(
            ' / ', nullif(option_1, 'Default Title'), option_2, option_3
        ), ''), '') as name,
        max(coalesce(type, category)) over of_handle as kind
    from export
    window of_handle as (partition by handle)
)
where price is not null
group by coalesce(sku, name)
