"""What is created is kept as it was sent: drawn creations, read back through the search."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from rulebound.contract_tests.judging.answers import made_by
from rulebound.contract_tests.properties.asking import SEARCH, Asker
from rulebound.contract_tests.properties.chance import some_of
from rulebound.contract_tests.properties.draft import Draft, Path, build, put
from rulebound.contract_tests.properties.drawing import Drawing
from rulebound.contract_tests.properties.model import same_moment
from rulebound.contract_tests.properties.shapes import free_texts, narrow_values, schema_at
from rulebound.contract_tests.properties.shown import Shown, at, custom_of, id_of, listed
from rulebound.contract_tests.wire.message import NO_VALUE
from rulebound.fixtures.dates import format_date

_SPAN = timedelta(hours=1)
_KINDS = ("text", "value", "value", "element", "case", "record", "media")
_MOVES = 8
_SEEN = ("Service", "Sales", "Support")
_TEXTS = {
    "subject": "subject",
    "priority": "priority",
    "secure": "isSecure",
    "case.id": "case.id",
    "department.name": "department.name",
    "type.value": "type.value",
    "issueType.id": "issueType.id",
    "payload.task.content.text": "payload.task.content.text",
    "payload.task.content.html": "payload.task.content.html",
    "payload.email.content.text": "payload.email.content.text",
    "payload.email.content.html": "payload.email.content.html",
    "payload.email.emailAddresses.from": "payload.email.emailAddresses.from",
    "payload.email.emailAddresses.receiver": "payload.email.emailAddresses.receiver",
    "payload.email.emailAddresses.to.address": "payload.email.emailAddresses.to.address",
    "payload.email.emailAddresses.cc.address": "payload.email.emailAddresses.cc.address",
}
_READ: tuple[Path, ...] = (
    ("subject",),
    ("dueDate",),
    ("payload", "email", "date", "date"),
    *(
        ("payload", kind, "content", form)
        for kind in ("task", "email")
        for form in ("text", "html")
    ),
)
_DATES = {"dueDate": "dueDate", "payload.email.date.date": "payload.email.date.date"}
"""Where a body says something, and where the search shows it."""


@dataclass(frozen=True)
class Keeping:
    """One creating operation; `searcher` is who reads back."""

    drawing: Drawing
    searcher: str

    def created(self, data: st.DataObject) -> None:
        """An activity shows what its creation said: texts letter by letter, dates to the moment."""
        tried = self.drawing.tried
        built = build(tried, self._told(data, self.drawing.valid(data, kinds=_KINDS, most=_MOVES)))
        body: Any = built.request.value
        if body is NO_VALUE or at(body, "department.name") not in (None, *_SEEN):
            return
        with tried.caller(alone=False) as caller:
            answer = caller.send(built)
            made = made_by(answer, tried.operation, tried.file)
            if answer.status >= 300 or made is None:
                # Whether it is accepted, and says what was made, other properties ask.
                return
            asker = Asker(tried.ground.about(SEARCH), caller, self.searcher)
            found = {id_of(each): each for each in asker.whole(self._lately, "all")}
            if made not in found:
                asker.fail("keeping.created-is-found", f"{made} was created and is not found")
            for what in _unlike(body, found[made]):
                asker.fail("keeping.shown-as-sent", f"{made}: {what}")

    @property
    def _lately(self) -> dict[str, str]:
        """What finds everything that was made just now."""
        since = self.drawing.tried.ground.now
        start = since if self.drawing.tried.ground.target.strict else since - _SPAN
        return {"createdDate": f"[{format_date(start)},]"}

    def _told(self, data: st.DataObject, draft: Draft) -> Draft:
        """A valid request with other words and dates in some of the places that people read."""
        for path in some_of(data, self._places, 4, 2):
            value = data.draw(self._drawn(path))
            changed = replace(draft, body=put(draft.body, path, value))
            draft = changed if self.drawing.is_valid(changed) else draft
        return draft

    @property
    def _places(self) -> list[Path]:
        """Those of the places that the operation's schema knows."""
        return [path for path in _READ if schema_at(self._schema, path)]

    @property
    def _schema(self) -> Any:
        body = self.drawing.tried.operation.body
        return next(iter(body.media.values())) if body else {}

    def _drawn(self, path: Path) -> st.SearchStrategy[Any]:
        schema = schema_at(self._schema, path)
        narrow = narrow_values(schema, self.drawing.tried.ground.now)
        return free_texts(schema) if narrow is None else narrow


def _unlike(body: Mapping[str, Any], shown: Shown) -> Iterator[str]:
    """Where an activity shows something else than was sent, each in a few words."""
    for path, place in _TEXTS.items():
        sent, found = at(body, path), at(shown, place)
        if sent not in (None, "", []) and found != sent:
            yield f"{place} is {found!r}, not {sent!r}"
    for path, place in _DATES.items():
        sent, found = at(body, path), at(shown, place)
        if sent is not None and not same_moment(str(found), sent):
            yield f"{place} is {found!r}, not {sent!r}"
    held = custom_of(shown)
    for name, values in custom_of(body).items():
        if sorted(held.get(name, [])) != sorted(values):
            yield f"custom attribute {name} is {held.get(name)}, not {values}"
    wanted = [at(each, "altId") for each in listed(at(body, "attachments.attachment"))]
    there = [at(each, "altId") for each in listed(at(shown, "attachments.attachment"))]
    if wanted != there:
        yield f"the attachments are {there}, not {wanted}"
