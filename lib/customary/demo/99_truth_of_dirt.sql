-- The dirt, counted as it was planted.
create table malformed as
from (values ('service_tickets.csv', 5, 'K9000001,C000001,only four fields,2025-03-03 10:00:00'),
    ('service_tickets.csv', 9, 'K9000002,C000002,,2025-03-04 10:00:00,,question,invoice,chat,one field,too many'),
    ('erp_returns.csv', 7, 'R9900001,SO10000001')) m(file, line, record);

create table truth_dirt as
select dirt as kind, file, count(*)::int as row_count from (
    select dirt, 'crm_customers.csv' as file from raw_crm_customers union all select dirt, 'erp_orders.csv'
        from raw_erp_orders
    union all select dirt, 'erp_order_lines.csv' from raw_erp_order_lines union all select dirt, 'erp_returns.csv'
        from raw_erp_returns
    union all select dirt, 'service_tickets.csv' from raw_service_tickets union all select dirt, 'weblog.parquet'
        from crawled
    union all select dirt, 'weblog.parquet' from sessions
    union all select 'wrong number of fields', file from malformed
    union all select 'gender spelled otherwise', 'crm_customers.csv' from raw_crm_customers
        where trim(sex) not in ('female', 'male', '')
    union all select 'second account of a person', 'crm_customers.csv' from accounts where nth > 1
) where dirt is not null group by all;
