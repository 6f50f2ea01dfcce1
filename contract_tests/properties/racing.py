"""Clients at the same time: each activity is taken once, each creation makes one, nobody meets
another client's world."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st
from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.judging.answers import made_by
from rulebound.contract_tests.properties.asking import SEARCH
from rulebound.contract_tests.properties.chance import some_of
from rulebound.contract_tests.properties.ground import Caller, Ground
from rulebound.contract_tests.properties.shown import at, id_of
from rulebound.contract_tests.properties.stage import PICK, TASK, Stage
from rulebound.contract_tests.wire.message import Answer

CLIENTS = 8
_PICKERS = ("anna", "gina", "bob")
_CUSTOMER = {"customer": "1061"}
_ADDRESS = "pia@example.com"
_BARRIER_SECONDS = 20.0

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Racing:
    """The properties of clients at the same time; `threads` has one thread for each of them."""

    ground: Ground
    threads: ThreadPoolExecutor

    def picks(self, data: st.DataObject) -> None:
        """Of clients who pick the same activities at once, exactly one gets them."""
        with self._stage() as stage:
            free = [
                record
                for record in stage.model.activities.values()
                if record["queue"] == "6001" and record["type"] == "task" and not record["draft"]
                if record["status"] == "awaiting_assignment" and not record["lockedBy"]
                if record["department"] == "501"
            ]
            chosen = some_of(data, free, 2)
            asked = [{"id": each["id"], "lastModified": each["lastModified"]} for each in chosen]
            actors = [_PICKERS[number % len(_PICKERS)] for number in range(CLIENTS)]
            requests = [_as(stage, actor, PICK, {"activity": asked}) for actor in actors]
            answers = self._together(requests, self._sender(stage))
            winners = [
                actor
                for actor, answer in zip(actors, answers, strict=True)
                if 200 <= answer.status < 300
            ]
            if len(winners) != 1:
                said = sorted(Counter(answer.status for answer in answers).items())
                what = f"{CLIENTS} clients picked {asked}: {len(winners)} were accepted ({said})"
                stage.caller.fail("racing.picked-once", PICK, what)
            self._held_by(stage, winners[0], [each["id"] for each in chosen])

    def _held_by(self, stage: Stage, actor: str, ids: Sequence[str]) -> None:
        user = stage.model.actor(actor)["id"]
        for shown in stage.asker.whole(_CUSTOMER):
            holder = at(shown, "status.assigned.user.id")
            if id_of(shown) in ids and holder != user:
                what = f"{id_of(shown)} was given to {user}, and {holder} has it"
                stage.caller.fail("racing.winner-holds-it", PICK, what)

    def creates(self, data: st.DataObject) -> None:
        """Creations at the same time make one activity each, and no two the same."""
        count = data.draw(st.integers(2, CLIENTS))
        with self._stage() as stage:
            before = {id_of(each) for each in stage.asker.whole(_CUSTOMER)}
            requests = [_as(stage, "anna", TASK, _task(f"Race {n}")) for n in range(count)]
            answers = self._together(requests, self._sender(stage))
            accepted = [answer for answer in answers if 200 <= answer.status < 300]
            file = self.ground.about(TASK).file
            made = [made_by(answer, requests[0].operation, file) for answer in accepted]
            shown = {id_of(each) for each in stage.asker.whole(_CUSTOMER)} - before
            if len(accepted) != count or len(set(made)) != count or shown != set(made):
                what = (
                    f"{count} creations at once: {len(accepted)} accepted, "
                    f"{len(set(made))} ids, {len(shown)} activities found"
                )
                stage.caller.fail("racing.created-once", TASK, what)

    def worlds(self, data: st.DataObject) -> None:
        """Clients with a world each see what they did themselves and nothing else."""
        counts = [data.draw(st.integers(1, 3)) for _ in range(CLIENTS)]

        def alone(number: int) -> None:
            with self._stage() as stage:
                before = {id_of(each) for each in stage.asker.whole(_CUSTOMER)}
                wanted = [f"Client {number}, {turn}" for turn in range(counts[number])]
                for subject in wanted:
                    stage.send(_as(stage, "anna", TASK, _task(subject)), ())
                found = stage.asker.whole(_CUSTOMER)
                own = [each.get("subject") for each in found if id_of(each) not in before]
                if sorted(map(str, own)) != wanted:
                    what = f"client {number} made {wanted} and finds {own}"
                    stage.caller.fail("racing.no-cross-talk", TASK, what)

        self._together(range(CLIENTS), alone)

    def _together(self, items: Sequence[Item], act: Callable[[Item], Result]) -> list[Result]:
        """`act` on every item at once, each in a thread; results in the items' order."""
        barrier = threading.Barrier(len(items))

        def held(item: Item) -> Result:
            barrier.wait(_BARRIER_SECONDS)
            return act(item)

        return list(self.threads.map(held, items))

    @contextmanager
    def _stage(self) -> Iterator[Stage]:
        with self.ground.about(SEARCH).caller(alone=False) as caller:
            yield Stage(self.ground, caller)

    @staticmethod
    def _sender(stage: Stage) -> Callable[[Built], Answer]:
        def send(built: Built) -> Answer:
            answer = Caller(stage.ground, stage.caller.scene, stage.caller.tongue).send(built)
            stage.caller.note(built.request)
            return answer

        return send


def _as(stage: Stage, actor: str, operation: str, body: Any) -> Built:
    stage.actor = actor
    query = {"searchContactOnAttribute": "email.emailAddress"} if operation == TASK else {}
    built = stage.built(operation, body, query)
    stage.actor = "anna"
    return built


def _task(subject: str) -> dict[str, Any]:
    return {
        "department": {"name": "Service"},
        "type": {"value": "task", "subtype": {"value": "general"}},
        "subject": subject,
        "customer": {"contacts": {"contact": [{"email": [{"emailAddress": _ADDRESS}]}]}},
    }
