"""A shop of fifty customers with one order each, whose names and products try to break out of a page."""

from given import sold

CANARY = "canary-5c2e"
COUNTRIES = ("CN", "<script>alert('country')</script>")


def tables() -> dict[str, list[dict[str, object]]]:
    """Thirty orders from China and twenty from a country of an odd name; every customer's key is a canary."""
    people = [f"{CANARY}-{number}" for number in range(50)]
    orders = [
        sold(
            f"o{number}",
            who,
            f"2025-01-{1 + number % 28:02d} 10:00",
            10,
            paid_amount=10,
            country=COUNTRIES[number > 29],
        )
        for number, who in enumerate(people)
    ]
    return {"customers": [{"customer_id": who} for who in people], "orders": orders}
