"""Random histories: what clients may ask of the seven operations and of the control plane.

A command is a request in which worlds are called by their place, `{0}` for the first one that was
made, and records that came to be by theirs, `{made-0}`. What stands for nothing yet is sent as it
is written: then all stores have to refuse it alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

SEED_TIME = "2026-11-22T00:00:00.000Z"
PICK = "/core/casemgr/v3/activity/pick"
TASK = "/core/casemgr/v3/activity/task"
EMAIL = "/core/casemgr/v3/activity/email/general"
SEARCH = "/ws/v12/interaction/activity"
LOGIN = "/ws/v12/authentication/user/login"
LOGOUT = "/ws/v12/authentication/user/logout"
CREATE = "/v2/Task.svc/Create"
OPERATIONS = (
    "pickActivities",
    "createTaskActivity",
    "createIncomingEmailActivity",
    "searchActivities",
    "loginUser",
    "logoutUser",
    "createAppointment",
)
PLACES = ("{0}", "{0}", "{0}", "{1}", "{2}", "default")


@dataclass(frozen=True)
class Command:
    """One request."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


_one_of = st.sampled_from


def mostly(good: Sequence[Any], *odd: Any) -> st.SearchStrategy[Any]:
    """One of the good ones, now and then an odd one."""
    return st.sampled_from([*good, *(good * -(-9 * len(odd) // len(good))), *odd])


world_of = mostly(PLACES, "nowhere")
moments = _one_of([SEED_TIME, "2026-11-22T00:10:00.000Z", "2026-12-24T18:30:00.500Z"])
nothing = st.none()
_dates = {
    "40001": "2026-10-02T10:15:30.123Z",
    "40002": "2026-10-02T10:16:00.000Z",
    "40004": "2026-10-02T10:18:00.000Z",
    "40031": "2026-10-02T11:01:00.000Z",
    "40037": "2026-10-02T11:07:00.000Z",
}
_sessions = mostly(
    [
        "5244fb6f-a9aa-5f40-9137-50b4837a9182",
        "517724e6-f1f0-50f2-aaa6-7ab2ed96c5e4",
        "aa870964-351e-5f1c-99c2-38cd1346bc27",
        "{session-0}",
    ],
    "nobody",
)


_CAROL = "carol@example.com"
_ANNA = {"Authorization": "Bearer token-anna", "Accept": "*/*", "Accept-Language": "en-US"}
_LIAM = {"x-LSQ-AccessKey": "access-liam", "x-LSQ-SecretKey": "secret-liam"}
_CONSOLE = {"X-egain-session": "5244fb6f-a9aa-5f40-9137-50b4837a9182", "Accept": "*/*"}


@st.composite
def _asked(draw: st.DrawFn, method: str, path: Any, body: Any, headers: Any) -> Command:
    found = draw(headers) | {"Rulebound-World": draw(world_of)}
    return Command(method, draw(path), draw(body), found)


_v3 = st.builds(
    lambda token, accept, language: {
        "Authorization": f"Bearer token-{token}",
        "Accept": accept,
        "Accept-Language": language,
    },
    mostly(["anna", "anna", "bob", "gina", "anna-until-ten-past"], "robot", "cora", "anna-expired"),
    mostly(["application/json", "application/json", "application/xml"], "text/html"),
    mostly(["en-US", "fr-FR"], "tlh"),
)
_item = st.builds(
    lambda id, date: {"id": id, "lastModified": date or _dates.get(id, SEED_TIME)},
    mostly([*_dates, *_dates, "{made-0}"], "99999"),
    mostly([None, None, SEED_TIME], "2026-12-24T18:30:00.500Z", "12:00"),
)
_addresses = mostly(["carol@example.com", "pia@example.com"], "new@example.com", "x@nowhere.test")


def _task(address: str, subject: str, more: Mapping[str, Any]) -> dict[str, Any]:
    contact = {"contact": [{"email": [{"emailAddress": address}]}]}
    return {
        "department": {"name": "Service"},
        "type": {"value": "task", "subtype": {"value": "general"}},
        "subject": subject,
        "customer": {"contacts": contact},
        **more,
    }


def _email(sender: str, subject: str, more: Mapping[str, Any]) -> dict[str, Any]:
    addresses = {"from": sender, "receiver": "help@service.example.com"}
    return {
        "department": {"name": "Service"},
        "type": {"value": "email", "subtype": {"value": "general"}},
        "subject": subject,
        "payload": {"email": {"emailAddresses": addresses}},
        **more,
    }


_subjects = mostly(
    ["Call back", "Ünïcode \U0001f600", "a'b\"c\\d%_;--", "\t\n", "a\0b", "\ud800"], "", "x" * 300
)
"""Among them texts that one database or another takes ill."""
_more = mostly([{}, {"priority": "1"}, {"case": {"id": "7060"}}], {"nonsense": 1}, {"type": None})
_by_address = st.just(f"{TASK}?searchContactOnAttribute=email.emailAddress")
_filters = ["customer=1080", "customer=1060", "case=7060", "status=assigned", "status=open"]
_filters += ["assignedTo=1101", "lastModifiedDate=%5B2026-11-22T00:00:00.000Z,%5D"]
_besides = ["type=task", "type=email", "$sort=created", "$pagesize=5", "$pagenum=2"]
_searches = st.builds(
    lambda first, more: f"{SEARCH}?{'&'.join([first, *more])}",
    mostly(_filters, "assignedUserName=bob", "customer=", "case=x"),
    st.lists(mostly(_besides, "nonsense=1"), max_size=2, unique=True),
)
_in_console = st.builds(
    lambda session, accept: {"X-egain-session": session, "Accept": accept},
    _sessions,
    mostly(["application/json", "application/xml"], "text/html"),
)
_people = st.builds(
    lambda name, word: {"userName": name, "password": word or f"{name}-Pass-1"},
    mostly(["anna", "anna", "bob", "gina", "fiona", "frank"], "nobody"),
    mostly([""], "wrong"),
)
_keys = mostly(["liam", "lena", "rita"], "liam-off", "nobody").map(
    lambda name: {"x-LSQ-AccessKey": f"access-{name}", "x-LSQ-SecretKey": f"secret-{name}"}
)
_appointments = st.builds(
    lambda name, kind, more: {"Name": name, "TaskType": {"Name": kind}, **more},
    _subjects,
    mostly(["Meeting", "Demo"], "Nonsense"),
    mostly([{}, {"DueDate": "2026-12-01 10:00:00"}, {"NotifyBy": "1100"}], {"Nonsense": 1}),
)
CALLS: Mapping[str, st.SearchStrategy[Command]] = {
    "pickActivities": _asked(
        "PATCH",
        _one_of([PICK, f"{PICK}?unpin=yes"]),
        st.lists(_item, min_size=1, max_size=2).map(lambda items: {"activity": items}),
        _v3,
    ),
    "createTaskActivity": _asked(
        "POST", _by_address, st.builds(_task, _addresses, _subjects, _more), _v3
    ),
    "createIncomingEmailActivity": _asked(
        "POST", st.just(EMAIL), st.builds(_email, _addresses, _subjects, _more), _v3
    ),
    "searchActivities": _asked("GET", _searches, nothing, _in_console),
    "loginUser": _asked("POST", st.just(LOGIN), _people, st.just({})),
    "logoutUser": _asked("DELETE", st.just(LOGOUT), nothing, _in_console),
    "createAppointment": _asked("POST", st.just(CREATE), _appointments, _keys),
}
_ALL: Sequence[tuple[str, str, Any, dict[str, str]]] = (
    ("PATCH", PICK, {"activity": [{"id": "40001", "lastModified": _dates["40001"]}]}, _ANNA),
    ("POST", f"{TASK}?searchContactOnAttribute=email.emailAddress", _task(_CAROL, "a", {}), _ANNA),
    ("POST", EMAIL, _email(_CAROL, "b", {}), _ANNA),
    ("POST", CREATE, {"Name": "c", "TaskType": {"Name": "Meeting"}}, _LIAM),
    ("POST", LOGIN, {"userName": "bob", "password": "bob-Pass-1"}, {}),
    ("GET", f"{SEARCH}?case=7060", None, _CONSOLE),
    ("DELETE", LOGOUT, None, _CONSOLE),
)
EACH_ONCE = [
    Command(method, path, body, {**headers, "Rulebound-World": "{0}"})
    for method, path, body, headers in _ALL
] + [Command(method, path, {}, {"Rulebound-World": "{0}"}) for method, path, _, _ in _ALL]
"""Each operation, first such that it is accepted, then such that it is refused."""
