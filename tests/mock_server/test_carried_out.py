"""What accepted requests leave in the world: a few of each operation, witnesses have them all."""

from __future__ import annotations

from typing import Any

import pytest
from stub_calls import (
    A_TASK,
    AN_APPOINTMENT,
    AN_EMAIL,
    CREATE,
    EMAIL,
    KEYS,
    LOGIN,
    LOGOUT,
    SEARCH,
    TASK,
    Caller,
    as_user,
    in_console,
)

NEW = {
    "customerName": "Nora New",
    "contacts": {
        "contact": [
            {
                "firstName": "Nora",
                "email": [{"emailAddress": "nora@example.com"}],
                "phone": [{"type": {"value": "home"}, "phoneNo": "5559701"}],
                "social": [{"type": {"value": "twitter"}, "socialId": "nora_tw"}],
                "customAttributes": {
                    "customAttribute": [
                        {"attribName": "city", "attribValues": {"attribValue": [{"value": "Lier"}]}}
                    ]
                },
            }
        ]
    },
}


def _made(call: Caller, path: str, body: Any, token: str = "token-anna") -> dict[str, Any]:
    """The activity that a creation made."""
    told = call("POST", path, body, as_user(token))
    assert told.status == 201, told
    (record,) = call.records("activity", id=told.headers["location"].rpartition("/")[2])
    return record


def test_a_task_for_a_new_customer_brings_all_its_contact_points(call: Caller) -> None:
    """Customer, contact, points and case are made together, and the task is tied to them."""
    path = f"{TASK}&createCustomer=yes&activityContact=home.phone"

    task = _made(call, path, {**A_TASK, "customer": NEW})

    (customer,) = call.records("customer", id=task["customer"])
    (contact,) = call.records("contact", id=task["contact"])
    points = call.records("contactPoint", customer=customer["id"])
    assert (customer["name"], customer["type"], customer["department"]) == (
        "Nora New",
        "individual",
        "501",
    )
    assert contact["customAttributes"] == {"city": "Lier"}
    assert {each["kind"]: each["value"] for each in points} == {
        "email.emailAddress": "nora@example.com",
        "home.phone": "5559701",
        "social.twitterId": "nora_tw",
    }
    assert task["contactPoint"] == {"kind": "home.phone", "value": "5559701"}
    assert call.records("case", id=task["case"])[0]["customer"] == customer["id"]


def test_a_task_for_a_known_customer_changes_nobody(call: Caller) -> None:
    """The customer found by one attribute keeps what the request says otherwise to itself."""
    before = call.records("customer")
    described = {
        **NEW,
        "contacts": {"contact": [{"email": [{"emailAddress": "carol@example.com"}]}]},
    }

    task = _made(call, TASK, {**A_TASK, "customer": described})

    assert (task["customer"], task["contact"], task["contactPoint"]) == ("1050", "2050", None)
    assert (task["assignee"], task["status"]) == ("1101", "assigned")
    assert call.records("customer") == before


def test_an_email_from_nobody_known_makes_its_customer(call: Caller) -> None:
    """Described by the customer element, with the sender's address as contact point."""
    addresses = {"from": "nora@example.com", "receiver": "help@service.example.com"}
    body = {**AN_EMAIL, "customer": NEW, "payload": {"email": {"emailAddresses": addresses}}}

    email = _made(call, EMAIL, body)

    (customer,) = call.records("customer", id=email["customer"])
    points = call.records("contactPoint", customer=customer["id"], kind="email.emailAddress")
    assert (customer["name"], email["status"], email["mode"]) == (
        "Nora New",
        "in_workflow",
        "inbound",
    )
    assert [each["value"] for each in points] == ["nora@example.com"]


def test_a_customer_writes_for_somebody_else(call: Caller) -> None:
    """On behalf of a customer who has granted it: their address, secure, and marked."""
    file = call.records("attachment", app="email", department="501")[0]
    body = {
        "type": AN_EMAIL["type"],
        "subject": "For Thomas",
        "payload": {"email": {"messageCenter": {"id": "6201"}, "content": {"text": "Hello"}}},
        "attachments": {"attachment": [{"altId": file["id"], "inline": True, "contentId": "<a>"}]},
    }

    email = _made(call, f"{EMAIL}?customer=1000", body, "token-cora")

    assert (email["customer"], email["secure"], email["sentOnBehalf"]) == ("1000", True, True)
    assert email["emailAddresses"]["from"] == "thomas@example.com"
    assert email["content"] == {"text": "Hello", "html": None}
    assert email["attachments"] == [{"altId": file["id"], "inline": True, "contentId": "<a>"}]


def test_a_customer_gains_an_address_nobody_has(call: Caller) -> None:
    """A sender address present nowhere becomes the contact's own."""
    addresses = {"from": "cora.new@example.com", "receiver": "help@service.example.com"}
    body = {
        "type": AN_EMAIL["type"],
        "subject": "New address",
        "payload": {"email": {"emailAddresses": addresses}},
    }

    email = _made(call, EMAIL, body, "token-cora")

    (point,) = call.records("contactPoint", value="cora.new@example.com")
    assert (point["contact"], email["contact"]) == ("2090", "2090")


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("customer=1080", ["41001", "41002", "41003", "41004", "41006", "41007"]),
        ("customer=1080&mode=outbound", ["41003", "41007"]),
        ("case=7080&$sort=lastModified&$order=asc&$pagesize=2", ["41007", "41005"]),
        ("customer=1080&$rangestart=2&$rangesize=2", ["41002", "41003"]),
        ("custom.product=Router&customer=1080", ["41001", "41003"]),
        (
            "customer=1080&createdDate=[2025-03-02T09:00:00.000Z,2025-03-03T09:00:00.000Z]",
            ["41002", "41003"],
        ),
        ("assignedUserName=fred&status=completed", ["41024"]),
        ("customer=1081", []),
        ("customer=1080&$pagenum=9", []),
    ],
)
def test_a_search_finds_what_satisfies_it(call: Caller, query: str, ids: list[str]) -> None:
    """Filters together, in order, cut into pages; nothing is 204."""
    told = call("GET", f"{SEARCH}?{query}", None, in_console())

    if "lastModified" in query:
        found = told.json["activity"]
        dates = [each["lastModified"]["date"] for each in found]
        assert (len(found), dates) == (2, sorted(dates))
    elif ids:
        assert [each["id"] for each in told.json["activity"]] == ids
    else:
        assert (told.status, told.content) == (204, b"")


def test_attributes_are_shown_when_asked_for(call: Caller) -> None:
    """All of them, or the ones named."""
    everything = call("GET", f"{SEARCH}?customer=1080&$attribute=all", None, in_console()).json
    some = call("GET", f"{SEARCH}?customer=1080&$attribute=created", None, in_console()).json

    assert everything["activity"][0]["payload"]["email"]["content"]["text"] == "It blinks."
    assert "payload" not in some["activity"][0]
    assert some["activity"][0]["created"] == {"date": "2025-03-01T09:00:00.000Z"}


def test_a_session_is_opened_used_and_ended(call: Caller) -> None:
    """Its id is of use between login and logout only."""
    login = call("POST", LOGIN, {"userName": "bob", "password": "bob-Pass-1"}, {})
    session = {"X-egain-session": login.headers["x-egain-session"]}

    statuses = [
        call("GET", f"{SEARCH}?customer=1080", None, session).status,
        call("DELETE", LOGOUT, None, session).status,
        call("GET", f"{SEARCH}?customer=1080", None, session).status,
    ]

    assert statuses == [200, 204, 401]


def test_a_sixth_login_ends_the_oldest_session_when_forced(call: Caller) -> None:
    """With five open it fails, unless it forces its way."""
    fiona = {"userName": "fiona", "password": "fiona-Pass-1"}

    assert call("POST", LOGIN, fiona, {}).status == 403
    assert call("POST", f"{LOGIN}?forceLogin=yes", fiona, {}).status == 204
    assert len(call.records("session", user="1108")) == 5


def test_an_appointment_is_stored_with_its_defaults(call: Caller) -> None:
    """Due now, as long as its type says, owned by the user of the key."""
    told = call("POST", CREATE, AN_APPOINTMENT, KEYS)

    (task,) = call.records("task", "leadsquared", id=told.json["Message"]["Id"])
    assert (task["dueDate"], task["endDate"]) == ("2026-11-22 00:00:00", "2026-11-22 00:30:00")
    assert (task["lead"], task["status"], task["reminder"]) == (None, "Pending", None)
    assert task["owner"] == task["createdBy"]


def test_an_appointment_belongs_to_its_lead_and_owner(call: Caller) -> None:
    """The lead by its prospect id, the owner by address; what is past is overdue."""
    more = {
        "RelatedEntity": 1,
        "RelatedEntityId": "P-1001",
        "OwnerEmailAddress": "lena@example.com",
    }
    dates = {"DueDate": "2026-11-01 10:00:00", "EndDate": "2026-11-01 11:00:00"}

    told = call("POST", CREATE, {**AN_APPOINTMENT, **more, **dates}, KEYS)

    (task,) = call.records("task", "leadsquared", id=told.json["Message"]["Id"])
    (lena,) = call.records("user", "leadsquared", email="lena@example.com")
    (acme,) = call.records("lead", "leadsquared", prospectId="P-1001")
    assert (task["lead"], task["owner"], task["status"]) == (acme["id"], lena["id"], "Overdue")
