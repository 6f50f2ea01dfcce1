"""What the pages say happens to activities, kept in plain Python beside the target."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rulebound.contract_tests.properties.shown import Shown, at, date_of, id_of
from rulebound.fixtures.actors import find_actor
from rulebound.fixtures.clock import SEED_TIME
from rulebound.fixtures.dates import format_date
from rulebound.fixtures.seeds import Seed

Record = dict[str, Any]
_FIELDS = {
    "customer": "customer",
    "case": "case",
    "mode": "mode",
    "assignedTo": "assignee",
    "queue": "queue",
    "type": "type",
}


class Model:
    """The activities as they should be; `now` is the time there. Without `exact` it is that
    only nearly, and a date that something just got is None until it is seen."""

    def __init__(self, seed: Seed, *, exact: bool = True) -> None:
        self.now: datetime = SEED_TIME
        self._exact = exact
        world = seed.world()
        self._view = world.view()
        self.settings: Mapping[str, Any] = world.settings
        self._seed = seed
        self.tables: dict[str, dict[str, Record]] = {
            name: {record["id"]: dict(record) for record in self._view.scan(name)}
            for name in seed.tables
        }

    @property
    def activities(self) -> dict[str, Record]:
        """The activities by id."""
        return self.tables["activity"]

    def actor(self, name: str) -> Record:
        """What a condition sees of a named actor of the seed."""
        found = find_actor(self._view, self._seed.actors[name].credential, SEED_TIME)
        assert found is not None, f"the seed's actor {name} has a credential that counts"
        return found

    def customer_of(self, address: str, department: str) -> str | None:
        """The customer with this e-mail address in a department, or shared by all."""
        for point in self.tables["contactPoint"].values():
            if (point["kind"], point["value"]) == ("email.emailAddress", address):
                home = self.tables["customer"][point["customer"]]["department"]
                if home in (department, None):
                    return str(point["customer"])
        return None

    def seen_by(self, actor: Record) -> Iterator[Record]:
        """The activities an actor may see, the smallest id first (S23)."""
        shared = {
            id
            for id, department in self.tables["department"].items()
            if actor["home"] in department["sharesWith"]
        }
        reach = {actor["home"], *actor["foreign"], *shared}
        for id in sorted(self.activities, key=int):
            if self.activities[id]["department"] in reach:
                yield self.activities[id]

    def found_by(self, actor: Record, query: Mapping[str, str]) -> list[str]:
        """The ids that a search should find."""
        return [
            record["id"]
            for record in self.seen_by(actor)
            if all(self._fits(record, name, value) for name, value in query.items())
        ]

    def _fits(self, record: Record, name: str, value: str) -> bool:
        if name in _FIELDS:
            return bool(record[_FIELDS[name]] == value)
        if name == "status":
            return bool(
                record["status"] != "completed" if value == "open" else (record["status"] == value)
            )
        if name == "assignedUserName":
            user = self.tables["user"].get(record["assignee"] or "")
            return user is not None and user["loginId"] == value
        field = {"createdDate": "created", "lastModifiedDate": "lastModified"}[name]
        start, _, end = value[1:-1].partition(",")
        return (not start or start <= record[field]) and (not end or record[field] <= end)

    def filters_of(self, record: Record) -> dict[str, str]:
        """Filters that a record satisfies."""
        found = {name: record[field] for name, field in _FIELDS.items() if record[field]}
        found["status"] = record["status"]
        found["createdDate"] = f"[{record['created']},{record['created']}]"
        found["lastModifiedDate"] = f"[{record['lastModified']},]"
        return found

    def pick(self, ids: list[str], actor: Record) -> None:
        """Every activity is the actor's from now on (P1, P12, P15)."""
        for id in ids:
            self.activities[id] |= {
                "status": "assigned",
                "assignee": actor["id"],
                "queue": None,
                "pinned": False,
                "lastModified": format_date(self.now) if self._exact else None,
                "lastModifiedBy": actor["id"],
            }

    def learn(self, shown: Shown) -> None:
        """Take over an activity that was made, as it is shown: what the pages leave open."""
        made: Record = dict(next(iter(self.activities.values())))
        made |= {
            "id": id_of(shown),
            "type": at(shown, "type.value"),
            "mode": at(shown, "mode.value"),
            "status": at(shown, "status.value"),
            "substatus": at(shown, "status.substatus"),
            "department": at(shown, "department.id"),
            "queue": at(shown, "queue.id"),
            "assignee": at(shown, "status.assigned.user.id"),
            "pinned": bool(at(shown, "status.assigned.pinned")),
            "lockedBy": None,
            "draft": False,
            "case": at(shown, "case.id"),
            "customer": at(shown, "customer.id"),
            "subject": shown.get("subject", ""),
            "priority": shown.get("priority"),
            "dueDate": shown.get("dueDate"),
            "created": date_of(shown, "created"),
            "lastModified": date_of(shown, "lastModified"),
        }
        self.activities[made["id"]] = made


def unlike(record: Record, shown: Shown) -> Iterator[str]:
    """Where an activity is shown otherwise than it should be, each in a few words."""
    wanted = {
        "customer.id": record["customer"],
        "case.id": record["case"],
        "department.id": record["department"],
        "type.value": record["type"],
        "status.value": record["status"],
        "status.assigned.user.id": record["assignee"],
        "queue.id": record["queue"],
        "priority": record["priority"],
        "subject": record["subject"] or None,
    }
    for path, value in wanted.items():
        found = at(shown, path) or None
        if found != value:
            yield f"{path} is {found!r}, not {value!r}"
    for name in ("dueDate", "lastModified"):
        if not same_moment(date_of(shown, name), record[name]):
            yield f"{name} is {date_of(shown, name)!r}, not {record[name]!r}"


def same_moment(one: str | None, other: str | None) -> bool:
    """Whether two dates are the same moment, however written."""
    if one is None or other is None:
        return one == other
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except ValueError:
        return False
