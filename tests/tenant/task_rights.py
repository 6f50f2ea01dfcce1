"""Who may create a task, and for whom: each check refuses or lets pass."""

from __future__ import annotations

from tenant.auth import USER_LICENCES, licences
from tenant.creation import Request
from tenant.elements import told
from tenant.state import Record
from tenant.wire import refuse

TARGET = "status.assigned.user"


def targets(request: Request) -> list[Record]:
    """The users that fit what names the target."""
    wanted = dict(request.at(TARGET) or {})
    custom = told(wanted.pop("customAttributes", None))
    return [
        user
        for user in request.table("user").values()
        if all(user[field] == value for field, value in wanted.items())
        and all({user["customAttributes"].get(n)} == set(held) for n, held in custom.items())
    ]


def target_exists(request: Request) -> None:
    """One user, and one only."""
    if request.at(TARGET) is not None and len(targets(request)) != 1:
        status = 404 if request.has("task-target-404") else 400
        raise refuse(status, "400-152", TARGET)


def other_target(request: Request) -> Record | None:
    """The user to whom another user assigns the task; None where nobody else is named."""
    if request.actor.kind != "user" or request.at(TARGET) is None:
        return None
    target = targets(request)[0]
    return None if target["id"] == request.actor.id else target


def actor_kind(request: Request) -> None:
    """No customer."""
    if request.actor.kind == "customer":
        raise refuse(403, "403-112", "Customers")


def create_action(request: Request) -> None:
    """A user may create activities."""
    user = request.actor.kind == "user"
    if user and "Activity.Create" not in request.actor.record["actions"]:
        raise refuse(403, "403-178", "Create Activity")


def own_department(request: Request) -> None:
    """A user is at home or foreign in the department."""
    user = request.actor.record
    if request.actor.kind == "user" and request.department not in (user["home"], *user["foreign"]):
        raise refuse(403, "403-178", "Create Activity")


def licence(request: Request) -> None:
    """A user has one of the user licences."""
    if request.actor.kind == "user":
        _licensed(request, request.actor.record)


def _licensed(request: Request, user: Record) -> None:
    if not licences(request.tenant, user) & USER_LICENCES:
        raise refuse(403, "403-178", "Create Activity without a licence")


def transfer(request: Request) -> None:
    """A user may transfer to the other user."""
    target = other_target(request)
    if target and target["id"] not in request.actor.record["transferUsers"]:
        raise refuse(403, "403-178", "Transfer Activity")


def target_licence(request: Request) -> None:
    """The other user has one of the user licences."""
    target = other_target(request)
    if target:
        _licensed(request, target)
