"""How a list is written for whoever sends it: the columns that each tool's import takes.

Mailchimp wants an e-mail address and birthdays as MM/DD, Klaviyo an e-mail address in the first column and dates in ISO
form, 企业微信 a phone number and a remark; the plain form has all there is, under the shop's own names.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from customary.campaigns.ledger import DrawnList, Member
from customary.query.export import to_csv

Contact = Mapping[str, Any]  # customer_id, name, email, phone, birth_on; whatever is unknown is None
NO_CONTACT = {"email": "without an e-mail address", "phone": "without a phone number"}


def as_csv(given: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as UTF-8 CSV with the mark by which spreadsheets know it; no cell is a formula."""
    return to_csv(list(given[0]) if given else [], given).encode("utf-8-sig")


def as_workbook(given: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows as an .xlsx of one sheet; phone numbers keep their zeros, no cell is a formula."""
    from customary.query.workbook import plain_workbook_bytes  # brings openpyxl, which most deliveries do without

    return plain_workbook_bytes("list", given)


@dataclass(frozen=True)
class FileKind:
    """How the rows of a list become a file: the end of its name, what it is called by HTTP, and who writes it."""

    suffix: str
    media_type: str
    write: Callable[[Sequence[Mapping[str, Any]]], bytes]


CSV = FileKind(".csv", "text/csv; charset=utf-8", as_csv)
XLSX = FileKind(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_workbook)


@dataclass(frozen=True)
class Form:
    """A way to write a list: what a contact needs to be reached by it, the columns of a row, and the kind of file."""

    name: str
    needs: str
    row: Callable[[DrawnList, Member, Contact], dict[str, Any]]
    kind: FileKind = CSV


def _birthday(contact: Contact, pattern: str) -> str:
    day: date | None = contact.get("birth_on")
    return day.strftime(pattern) if day else ""


def _plain(drawn: DrawnList, member: Member, contact: Contact) -> dict[str, Any]:
    reached = {name: contact.get(name) for name in ("name", "email", "phone")}
    about = {"list_id": drawn.list_id, "play": drawn.play, "offer": drawn.offer}
    return {"customer_id": member.customer_id, **reached, "place": member.place, "score": member.score, **about}


def _mailchimp(drawn: DrawnList, member: Member, contact: Contact) -> dict[str, Any]:
    reached = {"Email Address": contact.get("email"), "Name": contact.get("name")}
    more = {"Phone Number": contact.get("phone"), "Birthday": _birthday(contact, "%m/%d")}
    return {**reached, **more, "Tags": drawn.list_id, "Customer ID": member.customer_id}


def _klaviyo(drawn: DrawnList, member: Member, contact: Contact) -> dict[str, Any]:
    reached = {"Email": contact.get("email"), "Phone Number": contact.get("phone"), "Full Name": contact.get("name")}
    more = {"Birthday": _birthday(contact, "%Y-%m-%d"), "External ID": member.customer_id}
    return {**reached, **more, "List": drawn.list_id, "Offer": drawn.offer}


def _wecom(drawn: DrawnList, member: Member, contact: Contact) -> dict[str, Any]:
    reached = {"手机号": contact.get("phone"), "姓名": contact.get("name")}
    return {**reached, "备注": member.customer_id, "标签": drawn.list_id, "描述": drawn.offer}


_FORMS = (
    Form("plain", "", _plain),
    Form("mailchimp", "email", _mailchimp),
    Form("klaviyo", "email", _klaviyo),
    Form("wecom", "phone", _wecom),
)
# Each as CSV, and as a workbook where its name ends so: “wecom.xlsx”.
FORMS = {
    form.name: form
    for plain in _FORMS
    for form in (plain, replace(plain, name=f"{plain.name}{XLSX.suffix}", kind=XLSX))
}


def reachable(form: Form, members: Sequence[Member], contacts: Mapping[str, Contact]) -> list[Member]:
    """The members whom this form can reach; the plain one names everybody."""
    return [one for one in members if not form.needs or contacts.get(one.customer_id, {}).get(form.needs)]


def rows(
    form: Form, drawn: DrawnList, members: Sequence[Member], contacts: Mapping[str, Contact]
) -> list[dict[str, Any]]:
    """One row per member, in the order of the list."""
    return [form.row(drawn, member, contacts.get(member.customer_id, {})) for member in members]
