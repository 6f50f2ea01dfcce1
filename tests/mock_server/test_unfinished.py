"""What a thread of the control plane has not finished writing is not read by a request."""

from __future__ import annotations

import threading

from stub_calls import PICK, PICKED, Caller, Running, Told, as_user

TOKEN = {
    "id": "token-unfinished",
    "kind": "user",
    "scopes": ["core.casemgr.manage"],
    "expires": "2036-01-01T00:00:00.000Z",
}


def test_a_token_that_is_not_kept_admits_nobody(running: Running, call: Caller) -> None:
    """A request that comes while a token is being written waits, and finds it rolled back."""
    world = running.stub.worlds.get(str(call.world)).worlds["egain"]
    anna = next(each for each in call.records("user") if each["loginId"] == "anna")
    answers: list[Told] = []
    asking = threading.Thread(
        target=lambda: answers.append(call("PATCH", PICK, PICKED, as_user("token-unfinished")))
    )

    try:
        with world.transaction() as transaction:
            transaction.insert("token", {**TOKEN, "subject": anna["id"]})
            asking.start()
            asking.join(0.5)
            raise InterruptedError
    except InterruptedError:
        asking.join(10)

    assert [told.status for told in answers] == [401]
