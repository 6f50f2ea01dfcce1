"""A state machine: tasks and e-mails are made, picked, searched for; the model must agree."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from rulebound.contract_tests.properties.asking import SEARCH
from rulebound.contract_tests.properties.chance import one_of, some_of
from rulebound.contract_tests.properties.failure import Failure
from rulebound.contract_tests.properties.ground import Ground
from rulebound.contract_tests.properties.model import same_moment
from rulebound.contract_tests.properties.shown import at, id_of
from rulebound.contract_tests.properties.stage import ACTORS, EMAIL, PICK, TASK, Stage
from rulebound.contract_tests.properties.texts import moments, rfc3339, texts
from rulebound.contract_tests.properties.trial import Plan, Trial

STEPS = 12
ADDRESSES = ("carol@example.com", "ema@example.com", "pia@example.com")
_POOL = 60
_LONG_AGO = "2026-01-01T00:00:00.000Z"


def play(ground: Ground, plan: Plan) -> Failure | None:
    """Run machines by the plan; the shortest sequence found in which target and model differ."""
    trial = Trial(plan, ground.target.url, SEARCH)
    return trial.of_machine(lambda: Play(ground, trial), STEPS)


class Play(RuleBasedStateMachine):
    """One world, and the steps that can be taken there."""

    def __init__(self, ground: Ground, trial: Trial) -> None:
        super().__init__()
        self._trial, self._open = trial, ExitStack()
        caller = self._open.enter_context(ground.about(SEARCH).caller(alone=False))
        self.stage = Stage(ground, caller)
        self._changed: str | None = None
        self._pool = [
            id for id, record in self.stage.model.activities.items() if record["customer"] == "1061"
        ][:_POOL]

    def teardown(self) -> None:
        """Give the world back."""
        self._open.close()

    @rule(actor=st.sampled_from(sorted(ACTORS)))
    def switch(self, actor: str) -> None:
        """Somebody else acts from now on."""
        self.stage.actor = actor

    @precondition(lambda self: self.stage.caller.scene.frozen)
    @rule(seconds=st.sampled_from((1, 61, 3600)))
    def advance(self, seconds: int) -> None:
        """Time passes."""
        self._do(lambda: self._advance(seconds))

    def _advance(self, seconds: int) -> None:
        self.stage.caller.scene.advance(seconds)
        self.stage.model.now = self.stage.caller.scene.now

    @precondition(lambda self: self.stage.can(TASK))
    @rule(data=st.data())
    def create_task(self, data: st.DataObject) -> None:
        """A task, which may be due in the past and then must be refused."""
        self._do(lambda: self._create_task(data))

    def _create_task(self, data: st.DataObject) -> None:
        address = one_of(data, ADDRESSES)
        body: dict[str, Any] = {
            "department": {"name": "Service"},
            "type": {"value": "task", "subtype": {"value": "general"}},
            "customer": {"contacts": {"contact": [{"email": [{"emailAddress": address}]}]}},
            **self._said(data, "task"),
        }
        if data.draw(st.booleans()):
            body["priority"] = data.draw(st.sampled_from("1234567"))
        if data.draw(st.integers(0, 3)):
            body["dueDate"] = rfc3339(data.draw(moments(self.stage.model.now)))
        query = {"searchContactOnAttribute": "email.emailAddress"}
        user = self.stage.model.actor(self.stage.actor)["id"]
        self._create(TASK, body, query, address, {"status.assigned.user.id": user})

    @precondition(lambda self: self.stage.can(EMAIL))
    @rule(data=st.data())
    def create_email(self, data: st.DataObject) -> None:
        """An incoming e-mail."""
        self._do(lambda: self._create_email(data))

    def _create_email(self, data: st.DataObject) -> None:
        address = one_of(data, ADDRESSES)
        sent = {"emailAddresses": {"from": address, "receiver": "help@service.example.com"}}
        said = self._said(data, "email")
        payload = {"email": {**sent, **said.pop("payload", {}).get("email", {})}}
        body = {
            "department": {"name": "Service"},
            "type": {"value": "email", "subtype": {"value": "general"}},
            "payload": payload,
            **said,
        }
        self._create(EMAIL, body, {}, address, {"payload.email.emailAddresses.from": address})

    @staticmethod
    def _said(data: st.DataObject, kind: str) -> dict[str, Any]:
        """Subject or content, or both; now and then neither, which a rule refuses."""
        which = data.draw(st.sampled_from(("subject", "both", "content", "neither")))
        said: dict[str, Any] = {}
        if which in ("subject", "both"):
            said["subject"] = data.draw(texts(255))
        if which in ("content", "both"):
            said["payload"] = {kind: {"content": {"text": data.draw(texts(200))}}}
        return said

    def _create(
        self,
        operation: str,
        body: Mapping[str, Any],
        query: Mapping[str, str],
        address: str,
        more: Mapping[str, Any],
    ) -> None:
        stage = self.stage
        built = stage.built(operation, body, query)
        broken = stage.broken(built)
        answer = stage.send(built, broken)
        if broken:
            return
        made = stage.made(built, answer)
        customer = stage.model.customer_of(address, "501") or ""
        found = stage.compare({"customer": customer}, made, "all")
        shown = next(each for each in found if id_of(each) == made)
        for path, value in {**_claims(body), **more, "customer.id": customer}.items():
            if not _is(at(shown, path), value):
                what = f"{made} shows {path} {at(shown, path)!r}, not {value!r}"
                stage.asker.fail("machine.created-as-sent", what)
        stage.model.learn(shown)
        self._pool.append(made)

    @precondition(lambda self: self.stage.can(PICK))
    @rule(data=st.data())
    def pick(self, data: st.DataObject) -> None:
        """One to three activities, as the actor last saw them or as they were before."""
        self._do(lambda: self._pick(data))

    def _pick(self, data: st.DataObject) -> None:
        ids = self._chosen(data)
        stale = data.draw(st.integers(0, 5)) == 5
        self._take(ids, unpin=data.draw(st.booleans()), stale=_LONG_AGO if stale else None)

    @precondition(lambda self: self.stage.can(PICK))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """Two users after one another: a change made on what was seen before the other's change
        is refused, and one made on what is seen now takes effect."""
        self._do(lambda: self._take_back(data))

    def _take_back(self, data: st.DataObject) -> None:
        stage = self.stage
        stage.actor = "anna"
        ids = self._chosen(data)[:1]
        seen = stage.model.activities[ids[0]]["lastModified"]
        self._take(ids, unpin=True)
        if data.draw(st.booleans()) and stage.caller.scene.frozen:
            self._advance(60)
        stage.actor = "bob"
        if data.draw(st.booleans()):
            self._take(ids, unpin=True, stale=seen)
        self._take(ids, unpin=True)

    def _take(self, ids: list[str], *, unpin: bool, stale: str | None = None) -> None:
        stage = self.stage
        asked = [
            {"id": id, "lastModified": stage.model.activities[id]["lastModified"]} for id in ids
        ]
        if stale is not None:
            asked[0]["lastModified"] = stale
        built = stage.built(PICK, {"activity": asked}, {"unpin": "yes"} if unpin else {})
        broken = stage.broken(built)
        stage.send(built, broken)
        if not broken:
            stage.model.pick(ids, stage.model.actor(stage.actor))
            stage.look(ids)
        self._changed = ids[0]

    def _chosen(self, data: st.DataObject) -> list[str]:
        """Some activities: mostly such as the actor may pick, and now and then one of them
        beside others, where all must be refused for the sake of one."""
        model = self.stage.model
        actor = model.actor(self.stage.actor)
        open_ = [id for id in self._pool if _may_be_picked(model.activities[id], actor)]
        if not open_:
            return some_of(data, self._pool, 3)
        mixed: int = data.draw(st.integers(0, 2))
        if mixed == 2:
            return list(dict.fromkeys((one_of(data, open_), *some_of(data, self._pool, 2))))
        return some_of(data, open_, 2)

    @rule(data=st.data())
    def search(self, data: st.DataObject) -> None:
        """What is found is what the model holds."""
        self._do(lambda: self._search(data))

    def _search(self, data: st.DataObject) -> None:
        model = self.stage.model
        record = model.activities[one_of(data, self._pool)]
        known = {name: value for name, value in model.filters_of(record).items() if value}
        near = one_of(data, ("customer", "case"))
        query = {name: known[name] for name in (near, *some_of(data, sorted(known), 2, 0))}
        self.stage.compare(query)

    @invariant()
    def changed_is_as_modelled(self) -> None:
        """What was picked, or refused, is shown as the model has it, to somebody who sees it."""
        if self._changed is None:
            return
        id, self._changed = self._changed, None
        case = self.stage.model.activities[id]["case"]
        self._do(lambda: self.stage.compare({"case": case, "status": "open"}))

    def _do(self, act: Callable[[], object]) -> None:
        self._trial.guarded(lambda: _discard(act()))


def _discard(_: object) -> None:
    """Steps give nothing back."""


def _may_be_picked(record: Mapping[str, Any], actor: Mapping[str, Any]) -> bool:
    if record["lockedBy"] or record["draft"]:
        return False
    if record["status"] == "awaiting_assignment":
        return record["queue"] in actor["pullQueues"]
    return record["status"] == "assigned" and record["assignee"] in actor["pullUsers"]


def _claims(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a created activity must show of what was sent: path -> value."""
    claims: dict[str, Any] = {"type.value": body["type"]["value"], "department.name": "Service"}
    claims |= {name: body[name] for name in ("subject", "priority", "dueDate") if name in body}
    for kind, payload in body.get("payload", {}).items():
        if "content" in payload:
            claims[f"payload.{kind}.content.text"] = payload["content"]["text"]
    return claims


def _is(found: Any, value: Any) -> bool:
    return bool(found == value) or same_moment(str(found), str(value))
