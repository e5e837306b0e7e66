-- 12 categories of 40 products, prices even on the log scale from `low` to `high`.
create table categories as
select (row_number() over () - 1)::int as category_no, * from (values
    ('apparel', 59, 1500, 1, ['dress', 'shirt', 'coat', 'trousers']),
    ('shoes', 119, 1800, 0, ['sneakers', 'boots', 'sandals', 'loafers']),
    ('beauty', 39, 1200, 0, ['serum', 'lipstick', 'cleanser', 'perfume']),
    ('mother and baby', 49, 1500, 4, ['nappies', 'stroller', 'formula', 'baby toys']),
    ('food', 15, 400, 6, ['tea', 'coffee beans', 'nuts', 'hot pot base']),
    ('home', 39, 2500, 6, ['bedding', 'lamp', 'storage', 'curtain']),
    ('kitchen', 49, 3000, 4, ['rice cooker', 'espresso machine', 'knife', 'wok']),
    ('electronics', 199, 6000, 8, ['headphones', 'laptop', 'camera', 'tablet']),
    ('phones', 899, 8000, 7, ['smartphone', 'foldable', 'phone kit', 'smart watch']),
    ('sports', 49, 2500, 1, ['yoga mat', 'running gear', 'tent', 'racket']),
    ('books', 15, 150, 5, ['novel', 'textbook', 'picture book', 'comic']),
    ('pets', 19, 500, 5, ['cat food', 'dog food', 'cat tree', 'pet toys'])
) c(category, low, high, companion, subcategories);

create table items as
select (category_no * 40 + r)::int as item, 'P' || lpad((1001 + category_no * 40 + r)::varchar, 5, '0') as sku,
    category_no, category, pick(subcategories, draw(category_no * 40 + r, 901)) as subcategory,
    (floor(low * pow(high / low, (r + 0.5) / 40)) + 0.9)::decimal(12, 2) as list_price,
    -- every fifth product is a classic on sale from the first day: they sell best and replace the unlaunched
    case when r % 5 = 0 or draw(category_no * 40 + r, 902) < 0.6 then date '2023-09-01'
         else date '2024-02-01' + floor(660 * draw(category_no * 40 + r, 903))::int end as launched_on
from categories, range(40) t(r);
-- three products the stories are about
update items set subcategory = 'espresso machine' where item = 6 * 40 + 25;
update items set subcategory = 'coffee beans' where item = 4 * 40 + 20;
update items set subcategory = 'headphones' where item = 7 * 40 + 10;
alter table items add column product_name varchar;
update items set product_name = pick(['Luna', 'Jade', 'Cloud', 'River', 'Nova', 'Lotus', 'Aster', 'Summit'],
    draw(item, 904)) || ' ' || subcategory || ' ' || (100 + item);
