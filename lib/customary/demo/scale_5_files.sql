-- What the shop's systems would hand over, each as a view: a table of the data standard with this shop's own names.
create or replace view slice_file_customers as
select customer_no, registered_at, birth_date, gender, province, channel from slice_customers;

create or replace view slice_file_orders as
select order_no, customer_no, ordered_at, if(fate < 0.03, null, ordered_at + interval 2 minute) as paid_at,
    if(fate < 0.03, ordered_at + interval 30 minute, null) as cancelled_at, goods, discount, freight,
    if(fate < 0.03, 0, goods - discount + freight)::decimal(12, 2) as paid, channel, device, province
from slice_sales;

create or replace view slice_file_lines as
select order_no * 16 + line_no as line_no, order_no, sku, quantity, price from slice_lines;

create or replace view slice_file_returns as
select order_no as return_no, order_no, customer_no, ordered_at + to_seconds(floor(86400 * (3 + 17 * draw(order_no,
    1071)))::bigint) as returned_at, (goods - discount)::decimal(12, 2) as refund
from slice_sales
where fate > 0.95 and ordered_at < getvariable('as_of') - interval 20 day;

create or replace view slice_file_events as from slice_events;
