"""What the creation of a task and that of an e-mail have in common."""

from __future__ import annotations

from typing import Any

from rulebound.mock_server.effects.steps import Record, Run


def begin_activity(run: Run) -> dict[str, Any]:
    """The fields of a new activity that no rule speaks of; the steps fill in the others.

    What must be there is held open by a blank, so that a missing step is missed by its own cases
    and not by those of every other rule.
    """
    user = run.actor["id"] if run.actor["kind"] == "user" else None
    activity: dict[str, Any] = {
        **dict.fromkeys(("department", "customer", "case"), ""),
        "status": "awaiting_assignment",
        "substatus": "ready_for_assignment",
        "created": run.stamp,
        "createdBy": user,
        "lastModified": run.stamp,
        "lastModifiedBy": user,
    }
    run.draft["activity"] = activity
    return activity


def open_case(run: Run) -> Record:
    """A new case in the activity's department, for its customer."""
    activity = run.draft["activity"]
    return run.transaction.insert(
        "case",
        {
            "id": run.transaction.new_id("case"),
            "department": activity["department"],
            "customer": activity["customer"],
            "status": "open",
        },
    )


def store_activity(run: Run) -> Record:
    """Store the activity as the draft stands, under a new id."""
    id = run.transaction.new_id("activity")
    return run.transaction.insert("activity", {**run.draft["activity"], "id": id})


def content_of(run: Run, path: str) -> dict[str, Any] | None:
    """Text and html sent at a dotted path; None when there is neither."""
    text, html = run.sent(f"{path}.text"), run.sent(f"{path}.html")
    return None if text is None and html is None else {"text": text, "html": html}


def attachments_of(run: Run) -> list[dict[str, Any]]:
    """The attachment elements sent, in order."""
    sent: list[dict[str, Any]] = run.sent("attachments.attachment") or []
    return sent


def address_of(run: Run, id: str) -> str:
    """The address of an activity, with the prefixes the request used."""
    return f"{run.root}{run.base}/activity/{id}"
