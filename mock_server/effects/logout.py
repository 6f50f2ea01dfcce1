"""Ending a console session."""

from __future__ import annotations

from rulebound.mock_server.effects.steps import Effect, Run, Step


def _begin(run: Run) -> None:
    run.answer.status = 200


def _end(run: Run) -> None:
    session = run.request.header("x-egain-session")
    if session is not None:
        run.transaction.delete("session", session)
    run.made["ended"] = session
    run.answer.status = run.made["status"] = 204


EFFECT = Effect(begin=_begin, steps=(Step("logout.ends-session", _end),))
