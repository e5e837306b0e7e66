-- Orders of the slice's customers, and their lines. Each falls between registration and end by the shop's seasons.
create or replace table slice_orders as
with placed as (
    select *, unnest(range(order_count)) as nth from slice_customers
)
select customer_no * 512 + nth as order_no, customer_no, nth, province, favourite,
    greatest(m.on_date + to_seconds(second_of_day(draw(customer_no, nth, 1021), draw(customer_no, nth, 1022))),
        registered_at + interval 10 minute) as ordered_at,
    if(draw(customer_no, nth, 1023) < 0.8, device, pick(['phone', 'pc', 'tablet'], draw(customer_no, nth,
        1024))) as device,
    if(draw(customer_no, nth, 1025) < 0.5, channel, pick(getvariable('ways_in'), draw(customer_no, nth,
        1026))) as channel,
    1 + least(9, floor(1.05 * (pow(1 - draw(customer_no, nth, 1027), -1 / 2.0) - 1)))::int as line_count,
    draw(customer_no, nth, 1028) as fate  -- below 0.03 cancelled, above 0.95 sent back
from placed
join moments m on m.step = least(731 * 16 - 1,
    floor(16 * (clock + (731 - clock) * pow(draw(customer_no, nth, 1020), 1.3))))::int
order by order_no;

create or replace table slice_lines as
with drawn as (
    select order_no, ordered_at, unnest(range(line_count)) as line_no, favourite from slice_orders
), chosen as (
    select *, 40 * if(draw(order_no, line_no, 1031) < 0.55, favourite, floor(12 * draw(order_no, line_no, 1032)))::int
        + floor(40 * pow(draw(order_no, line_no, 1033), 1.6))::int as item
    from drawn
), named as (  -- before its launch, a product's place is taken by the classic beside it
    select chosen.* replace (if(launched_on <= ordered_at, item, item - item % 5) as item)
    from chosen join items using (item)
)
select order_no, line_no, sku, item, 1 + floor(3 * pow(draw(order_no, line_no, 1034), 4))::int as quantity,
    list_price as price
from named join items using (item)
order by order_no, line_no;

create or replace table slice_baskets as
select order_no, sum(quantity * price)::decimal(12, 2) as goods, max(item) filter (line_no = 0) as item
from slice_lines group by order_no;

create or replace table slice_sales as
select o.*, item, goods, money(if(draw(order_no, 1041) < 0.2, 0.1 * goods, 0)) as discount,
    money(if(goods < 99, 8, 0)) as freight
from slice_orders o join slice_baskets using (order_no)
order by order_no;
