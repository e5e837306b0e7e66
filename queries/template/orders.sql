-- source:  which system, which raw table
-- grain:   one row per order
-- decided: write every choice here in one line, so that the next reader need not guess
-- Rename and cast only: what a number means is written in lib/customary, once. Columns: data/standard/orders.toml, and
-- those that the shop's columns.toml declares with table = "orders".
-- Selecting _record ties each row to its line in the file; a row with rejected_because goes to quarantine with that reason,
-- one with excluded_because stays in the books and is left out of figures with that reason.
select
    _record,
    order_no as order_id,
    customer_no as customer_id,
    ordered as ordered_at,                                     -- text is cast by the standard; what fails is quarantined
    case when status <> 'open' then ordered end as paid_at,    -- an order that was never paid does not count
    ship_country as country                                    -- also: currency, gift_card_amount, delivered_at, …
from sales
