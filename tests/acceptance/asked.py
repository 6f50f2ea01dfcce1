"""Requests as the three vendors' pages describe them; each is accepted by a fresh world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from acceptance.wire import Answer, Caller

V3 = "/core/casemgr/v3"
PICK = f"{V3}/activity/pick"
TASK = f"{V3}/activity/task"
EMAIL = f"{V3}/activity/email/general"
SEARCH = "/ws/v12/interaction/activity"
LOGIN = "/ws/v12/authentication/user/login"
LOGOUT = "/ws/v12/authentication/user/logout"
CREATE = "/v2/Task.svc/Create"

SESSION = "5244fb6f-a9aa-5f40-9137-50b4837a9182"
KEYS = {"x-LSQ-AccessKey": "access-liam", "x-LSQ-SecretKey": "secret-liam"}


def v3(token: str | None = "token-anna", **more: str) -> dict[str, str]:
    """The headers of a v3 request."""
    headers = {"Accept": "application/json", "Accept-Language": "en-US", **more}
    return headers if token is None else {"Authorization": f"Bearer {token}", **headers}


def v12(session: str | None = SESSION, **more: str) -> dict[str, str]:
    """The headers of a v12 request."""
    headers = {"Accept": "application/json", **more}
    return headers if session is None else {"X-egain-session": session, **headers}


@dataclass(frozen=True)
class Asked:
    """One request, to be sent as it is or changed a little."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    status: int = 200

    def send(self, caller: Caller, **changes: Any) -> Answer:
        """Send it, with another body, other headers or another query where they are given."""
        sent = {"body": self.body, "headers": self.headers, "query": self.query, **changes}
        return caller(self.method, self.path, **sent)

    def without(self, header: str) -> dict[str, str]:
        """Its headers without one of them."""
        return {name: value for name, value in self.headers.items() if name != header}


def picked(*ids_and_dates: tuple[str, str]) -> dict[str, Any]:
    """The body of a pick."""
    return {"activity": [{"id": id, "lastModified": date} for id, date in ids_and_dates]}


QUEUED = ("40001", "2026-10-02T10:15:30.123Z")
"""An e-mail in a queue that Anna may pull from: id, lastModified."""

VALID_TASK: dict[str, Any] = {
    "department": {"name": "Service"},
    "type": {"value": "task", "subtype": {"value": "general"}},
    "subject": "Call back",
    "customer": {"contacts": {"contact": [{"email": [{"emailAddress": "carol@example.com"}]}]}},
}
VALID_EMAIL: dict[str, Any] = {
    "department": {"name": "Service"},
    "type": {"value": "email", "subtype": {"value": "general"}},
    "subject": "It stays dark",
    "payload": {
        "email": {
            "emailAddresses": {"from": "carol@example.com", "receiver": "help@service.example.com"}
        }
    },
}

pick = Asked("PATCH", PICK, v3(), picked(QUEUED), status=204)
task = Asked(
    "POST",
    TASK,
    v3(),
    VALID_TASK,
    {"searchContactOnAttribute": "email.emailAddress"},
    status=201,
)
email = Asked("POST", EMAIL, v3(), VALID_EMAIL, status=201)
search = Asked("GET", SEARCH, v12(), query={"customer": "1080"})
login = Asked("POST", LOGIN, v12(None), {"userName": "anna", "password": "anna-Pass-1"}, status=204)
logout = Asked("DELETE", LOGOUT, v12(), status=204)
appointment = Asked(
    "POST",
    CREATE,
    {**KEYS, "Accept": "application/json"},
    {"Name": "Talk", "TaskType": {"Name": "Meeting"}},
)

ALL = {
    "pickActivities": pick,
    "createTaskActivity": task,
    "createIncomingEmailActivity": email,
    "searchActivities": search,
    "loginUser": login,
    "logoutUser": logout,
    "createAppointment": appointment,
}
