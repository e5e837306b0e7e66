"""The five analyses as a pandas user would write them, from the file as it is."""

from pathlib import Path

import pandas as pd


def cleaned(path: Path) -> pd.DataFrame:
    """Read the file and keep the lines that everybody counts."""
    lines = pd.read_csv(path, dtype={"InvoiceNo": str, "StockCode": str}, parse_dates=["InvoiceDate"])
    lines = lines[lines.CustomerID.notna() & (lines.Quantity > 0) & (lines.UnitPrice > 0)].copy()
    lines["amount"] = lines.Quantity * lines.UnitPrice
    lines["month"] = lines.InvoiceDate.dt.to_period("M")
    return lines


def rfm(lines: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Days since the last order, orders and spend per customer, with quintile scores."""
    table = lines.groupby("CustomerID").agg(
        last=("InvoiceDate", "max"), frequency=("InvoiceNo", "nunique"), monetary=("amount", "sum")
    )
    table["days"] = (as_of - table["last"].dt.normalize()).dt.days
    for name, value in (("r", -table.days), ("f", table.frequency), ("m", table.monetary)):
        table[name] = pd.qcut(value.rank(method="min"), 5, labels=False, duplicates="drop") + 1
    return table


def cohorts(lines: pd.DataFrame) -> pd.DataFrame:
    """Customers by month of first order and months since."""
    first = lines.groupby("CustomerID").month.transform("min")
    age = (lines.month.dt.year - first.dt.year) * 12 + lines.month.dt.month - first.dt.month
    return lines.assign(first=first, age=age).groupby(["first", "age"]).CustomerID.nunique().unstack()


def monthly_by_country(lines: pd.DataFrame) -> pd.DataFrame:
    """Revenue by country and month."""
    return lines.groupby(["Country", "month"]).amount.sum().unstack()


def tiers(lines: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Customers and spend of the trailing year by value tier."""
    year = lines[lines.InvoiceDate >= as_of - pd.Timedelta(days=365)]
    days = year.InvoiceDate.dt.normalize()
    table = year.assign(day=days).groupby("CustomerID").agg(spend=("amount", "sum"), days=("day", "nunique"))
    spend = pd.cut(table.spend, [-1, 3000, 10000, float("inf")], labels=False, right=False)
    repeats = pd.cut(table.days - 1, [-1, 2, 5, float("inf")], labels=False, right=False)
    return table.assign(tier=pd.concat([spend, repeats], axis=1).min(axis=1)).groupby("tier").agg(["count", "sum"])


def drivers(lines: pd.DataFrame, middle: pd.Timestamp) -> pd.DataFrame:
    """Buyers, orders per buyer and order value before and after a day."""
    sides = lines.assign(after=lines.InvoiceDate >= middle).groupby("after")
    table = sides.agg(buyers=("CustomerID", "nunique"), orders=("InvoiceNo", "nunique"), revenue=("amount", "sum"))
    return table.assign(per_buyer=table.orders / table.buyers, value=table.revenue / table.orders)
