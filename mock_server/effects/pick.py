"""Picking activities: from queues and other users to the user who picks."""

from __future__ import annotations

from typing import Any

from rulebound.mock_server.effects.steps import Effect, Run, Step


def _begin(run: Run) -> None:
    ids = [item["id"] for item in run.request.body["activity"]]
    run.draft |= {"ids": ids, "changes": {}}
    run.answer.status = 200


def _change(run: Run, changes: dict[str, Any]) -> None:
    run.draft["changes"] |= changes


def _end(run: Run) -> None:
    """Change each activity once, in all that the steps have left."""
    changes, transaction = run.draft["changes"], run.transaction
    run.made["activities"] = [
        transaction.update("activity", id, changes) for id in run.draft["ids"]
    ]


def _assign(run: Run) -> None:
    _change(run, {"status": "assigned", "substatus": "new", "assignee": run.actor["id"]})


def _leave_queue(run: Run) -> None:
    _change(run, {"queue": None})


def _unpin(run: Run) -> None:
    _change(run, {"pinned": False})


def _mark_the_change(run: Run) -> None:
    _change(run, {"lastModified": run.stamp, "lastModifiedBy": run.actor["id"]})


def _answer(run: Run) -> None:
    run.answer.status = run.made["status"] = 204


EFFECT = Effect(
    begin=_begin,
    end=_end,
    steps=(
        Step("pick.assigns", _assign),
        Step("pick.leaves-queue", _leave_queue),
        Step("pick.unpins", _unpin),
        Step("pick.marks-the-change", _mark_the_change),
        Step("pick.answers-204", _answer),
    ),
)
