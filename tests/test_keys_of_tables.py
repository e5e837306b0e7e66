"""Keys that are called `id`, lists within records, columns without a name: as databases and programs write them."""

import json

import pytest
from taken import proposed, rows, taken

ORDERS = "id,customer_id,created_at,total\n1,11,2024-03-05,20\n2,12,2024-03-06,30\n"
DATABASE = {
    "shop.orders.csv": ORDERS,
    "shop.customers.csv": "id,name,email,created_at\n11,Ann,a@x.example,2024-01-01\n12,Bob,b@x.example,2024-01-02\n",
    "shop.order_items.csv": "id,order_id,product_id,quantity,unit_price\n1,1,21,2,10\n2,2,22,3,10\n",
    "shop.products.csv": "id,name,price\n21,Mug,10\n22,Bowl,10\n",
}


def test_the_id_of_a_table_is_of_what_the_table_is_of(tmp_path):
    """Orders, lines, customers and products of a database meet by their ids: 50 of two customers who are known."""
    con = taken(tmp_path, DATABASE)
    joined = "from order_items join orders using (order_id) join customers using (customer_id)"
    assert rows(con, f"select sum(quantity * unit_price) {joined}") == [(50.0,)]
    assert rows(con, "select product_id, product_name from products order by 1") == [("21", "Mug"), ("22", "Bowl")]


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("orders", "order_id"),
        ("tbl_order_items", "line_id"),
        ("Users", "customer_id"),
        ("kunden", "customer_id"),
        ("products (2)", "product_id"),
        ("categories", None),
    ],
)
def test_a_tables_name_is_read_in_the_singular(tmp_path, name, meaning):
    """users → user, order_items → order item; of categories nothing is known."""
    from customary.intake.recognise.look import look
    from customary.intake.recognise.meanings import meanings

    (tmp_path / f"{name}.csv").write_text("id,foo\n1,a\n2,b\n")
    found = meanings(look(tmp_path / f"{name}.csv"), None)
    assert next((one.name for one in found.values() if one.column == "id"), None) == meaning


@pytest.mark.parametrize("name", ["export.json", "orders.json", "bestellungen.jsonl"])
def test_lines_within_orders_are_lines_of_them(tmp_path, name):
    """Two orders with a list of lines each, whatever the file is called: three pieces of 10 and 20 are 50."""
    lines = [{"sku": "M", "quantity": 1, "price": 10}, {"sku": "B", "quantity": 2, "price": 20}]
    records = [
        {
            "id": n,
            "created_at": f"2024-03-0{n}T10:00:00Z",
            "customer": {"id": f"C{n}"},
            "total_price": 50,
            "lines": lines,
        }
        for n in (1, 2)
    ]
    text = "\n".join(map(json.dumps, records)) if name.endswith("l") else json.dumps(records)
    con = taken(tmp_path, {name: text})
    summed = "select order_id, sum(quantity * unit_price) from order_items join orders using (order_id) group by 1"
    assert sorted(rows(con, summed)) == [("1", 50.0), ("2", 50.0)]


def test_a_column_without_a_name_is_left(tmp_path):
    """A comma at the end of each line makes a column of nothing: the two orders come in, 50 in all."""
    text = "".join(f"{line},\n" for line in ORDERS.splitlines())
    assert rows(taken(tmp_path, {"orders.csv": text}), "select sum(gross_amount) from orders") == [(50.0,)]


def test_a_name_that_stands_twice_and_means_nothing_is_left(tmp_path):
    """Two columns “note” are not kept; two columns “total” are refused by the build, nobody knows which is meant."""
    text = "order_id,note,created_at,note,total\n1,a,2024-03-05,b,20\n"
    assert rows(taken(tmp_path, {"o.csv": text}), "select gross_amount from orders") == [(20.0,)]
    with pytest.raises(Exception, match="has the column total 2 times"):
        taken(tmp_path, {"o.csv": "order_id,total,created_at,total\n1,2,2024-03-05,20\n"})


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read(tmp_path, encoding):
    """Every other byte is nothing: the letters come in right, Änne among them."""
    text = "order_id\tcustomer_id\tcreated_at\ttotal\n1\tÄnne\t2024-03-05\t20\n"
    assert rows(taken(tmp_path, {"o.csv": text.encode(encoding)}), "select customer_id from orders") == [("Änne",)]


def test_bytes_that_are_no_text_are_refused(tmp_path):
    """A picture called .csv is no table, and the sentence says what to do."""
    with pytest.raises(Exception, match="is no text"):
        proposed(tmp_path, {"o.csv": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 10})


def test_two_experiments_in_one_file_are_two(tmp_path):
    """The same people in two experiments: four assignments, none of them a repetition."""
    text = "user_id,experiment,group\n" + "".join(
        f"u{n},{e},{'ab'[n % 2]}\n" for n in (1, 2) for e in ("price", "color")
    )
    con = taken(tmp_path, {"tests.csv": text})
    assert rows(con, "select experiment, count(*) from assignments group by 1 order by 1") == [
        ("color", 2),
        ("price", 2),
    ]


@pytest.mark.parametrize(
    "head", ["Date,Campaign,Spend,Impressions", "日期,活动,消耗,展现量", "Datum,Kampagne,Kosten,Impressions"]
)
def test_what_campaigns_spend_is_their_cost(tmp_path, head):
    """10 and 20 spent on two days are 30 of advertising, and no sales."""
    con = taken(tmp_path, {"ads.csv": f"{head}\n2024-03-05,A,10,100\n2024-03-06,A,20,200\n"})
    assert rows(con, "select sum(amount) from spend") == [(30.0,)]


def test_a_second_row_of_headers_costs_a_survey_one_record(tmp_path):
    """Some tools explain the scale below the question: that row is set aside, and two answers come in."""
    text = "End Date,How likely are you to recommend us?\n,0-10\n2024-03-05,9\n2024-03-06,4\n"
    con = taken(tmp_path, {"s.csv": text})
    assert rows(con, "select score, survey from responses order by 1") == [(4.0, "nps"), (9.0, "nps")]
