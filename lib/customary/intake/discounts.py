"""Vouchers and rebates that a source writes as lines below zero: they are discounts of their order, not junk.

A line below zero of a thing that is sold elsewhere may be a return or a correction and stays as it is, left out with
its reason; one of a thing that never is sold for money can only be a discount.
"""

import duckdb

REASON = "a discount of its order, counted there"
_FOUND = """
create or replace temp table _discounts as
with lines as (
    select rowid as row, order_id, product_id, quantity * unit_price as amount from order_items
    where excluded_because is null and charge is null and not coalesce(is_gift_card, false)
), sold as (select product_id, order_id from lines where amount > 0)
select row, order_id, -amount as amount from lines
where amount < 0 and product_id not in (select product_id from sold where product_id is not null)
    and order_id in (select order_id from sold)
"""


def count_as_discounts(con: duckdb.DuckDBPyConnection) -> None:
    """Add such lines to the discount of their orders and leave them out as lines, with that reason.

    An order whose discount the source does not give has the discounts of its other lines.
    """
    if con.execute("select 1 from order_items where quantity * unit_price < 0 limit 1").fetchone() is None:
        return
    con.execute(_FOUND)
    if con.execute("select 1 from _discounts limit 1").fetchone():
        con.execute(
            """update orders set discount_amount = d.amount + coalesce(discount_amount, d.of_lines, 0) from (
                select order_id, sum(amount) as amount,
                    (select sum(i.discount_amount) from order_items i where i.order_id = d.order_id) as of_lines
                from _discounts d group by order_id
            ) d where orders.order_id = d.order_id"""
        )
        con.execute(f"update order_items set excluded_because = '{REASON}' where rowid in (select row from _discounts)")
        con.execute("insert into given_columns values ('orders', 'discount_amount')")
    con.execute("drop table _discounts")
