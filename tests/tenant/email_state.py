"""What a request for an e-mail must fulfil over what the tenant holds, and over its settings."""

from __future__ import annotations

from tenant.creation import Request, files, files_for
from tenant.customers import EMAIL, Found, bearers, points_of
from tenant.email_checks import ADDRESSES, MAIL, alias, by_customer, center, named
from tenant.state import Record
from tenant.wire import refuse


def department(request: Request) -> str | None:
    """The department of the activity: the one named, or that of alias or message center."""
    if not by_customer(request):
        return request.department
    held = alias(request) or center(request)
    return held["department"] if held else None


def _bytes(request: Request) -> int:
    texts = [request.at(f"{MAIL}.content.{kind}") or "" for kind in ("text", "html")]
    if request.has("email-size-in-characters"):
        return sum(len(text) for text in texts)
    return sum(len(text.encode()) for text in texts)


def body_size(request: Request) -> None:
    """Text and html are not larger than the largest body."""
    most = request.tenant.settings["maxBodySizeKb"] * 1024
    if _bytes(request) > most - request.has("email-body-one-less"):
        raise refuse(400, "400-152", f"{MAIL}.content")


def whole_size(request: Request) -> None:
    """Content and attachments are not larger than the largest e-mail."""
    size = _bytes(request) + sum(file["size"] for file in files(request))
    if size > request.tenant.settings["maxEmailSizeMb"] * 1024 * 1024:
        raise refuse(400, "400-152", "attachments")


def files_fit(request: Request) -> None:
    """Files were uploaded for e-mails of the department."""
    files_for(request, "email", department(request))


def own(request: Request) -> str:
    """The customer who asks."""
    return str(request.actor.record["customer"])


def granted(request: Request) -> None:
    """Who names another customer holds a grant on that customer."""
    other = named(request)
    if not by_customer(request) or other in (None, own(request)):
        return
    pairs = {(grant["holder"], grant["on"]) for grant in request.table("grant").values()}
    if request.has("email-grant-either-way"):
        pairs |= {(on, holder) for holder, on in pairs}
    if (own(request), other) not in pairs:
        wrong = (403, "403-178") if request.has("email-grant-403") else (400, "400-244")
        raise refuse(*wrong, "customer")


def address_of(request: Request) -> Record | None:
    """The contact point whose address a customer's e-mail carries where none is sent."""
    points = points_of(request.tenant, EMAIL, named(request) or own(request))
    if named(request) is None:
        points.sort(key=lambda point: point["contact"] != request.actor.id)
    return points[0] if points else None


def has_address(request: Request) -> None:
    """There is an address to carry."""
    if not by_customer(request) or request.at(f"{ADDRESSES}.from") is not None:
        return
    if address_of(request) is None and named(request):
        raise refuse(400, "400-244", "customer")
    if address_of(request) is None:
        raise refuse(400, "400-146", f"{ADDRESSES}.from")


def senders(request: Request) -> list[Found]:
    """Who has the sender's address, where it is looked for."""
    place = department(request)
    if by_customer(request):
        place = request.table("customer")[own(request)]["department"]
    address = request.at(f"{ADDRESSES}.from")
    return list(bearers(request.tenant, EMAIL, address, place)) if address is not None else []


def sender_own(request: Request) -> None:
    """A customer's sender address is nobody's or the contact's own."""
    if by_customer(request):
        contacts = {found.contact for found in senders(request)}
        if contacts and request.actor.id not in contacts:
            raise refuse(400, "400-152", f"{ADDRESSES}.from")


def sender_known(request: Request) -> None:
    """Users and client applications describe an unknown sender."""
    if not by_customer(request) and request.at("customer") is None and not senders(request):
        raise refuse(400, "400-146", "customer")


def _of_customers_department(request: Request, record: Record) -> bool:
    home = request.table("customer")[own(request)]["department"]
    apart = request.tenant.settings["departmentalization"]
    return not apart or home in (None, record["department"])


def _fits(request: Request, record: Record, path: str) -> None:
    if not record["active"] and not request.has("email-alias-of-old"):
        raise refuse(400, "400-152", path)
    if by_customer(request) and not _of_customers_department(request, record):
        raise refuse(400, "400-152", path)


def alias_fits(request: Request) -> None:
    """The alias is active and lies in the department named, or in the customer's."""
    receiver = alias(request)
    if receiver is None:
        return
    path = f"{ADDRESSES}.receiver"
    _fits(request, receiver, path)
    other = receiver["department"] != request.department and not by_customer(request)
    if other and not request.has("email-alias-of-any-department"):
        raise refuse(400, "400-152", path)


def center_fits(request: Request) -> None:
    """The message center is active and lies in the customer's department."""
    held = center(request)
    if held is not None:
        _fits(request, held, f"{MAIL}.messageCenter")


def issue_type_fits(request: Request) -> None:
    """The issue type is one of the message center's."""
    issue, held = request.at("issueType.id"), center(request)
    if issue is not None and held is not None and issue not in held["issueTypes"]:
        raise refuse(400, "400-152", "issueType.id")


def secure_allowed(request: Request) -> None:
    """While secure messaging is off there are no secure e-mails."""
    secure = by_customer(request) or request.at("secure")
    if secure and not request.tenant.settings["secureMessaging"]:
        raise refuse(400, "400-152", "secure")
