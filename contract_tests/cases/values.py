"""The value forms of a witness: maps with one `$` key that stand for a value made at run time."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rulebound.openapi.pointers import join

COMPANIONS: Mapping[str, tuple[str, ...]] = {
    "$of": ("field",),
    "$each": ("take", "field", "fields"),
    "$repeat": ("of",),
    "$text": ("times",),
    "$now": ("format",),
    "$join": (),
    "$null": (),
    "$absent": (),
    "$made": (),
    "$unique": (),
    # What only an expectation holds.
    "$has": (),
    "$size": (),
    "$matches": (),
    "$any": (),
}
"""Each form, and the keys that may stand beside it."""

MATCHERS = frozenset(("$has", "$size", "$matches", "$any"))
_MAPS = (dict, Mapping)
"""Most are plain ones, which is soon seen."""
_SPAN = re.compile(r"([+-]?)(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class ValueFault(Exception):
    """A value form that cannot be made: the record, the field or the shape is wrong."""


class Mark:
    """A mark that stands in a resolved value until patches have been merged."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


ABSENT = Mark("ABSENT")
NULL = Mark("NULL")


@dataclass(frozen=True)
class Resolver:
    """Makes the values of one case.

    `record(name)` gives a named record or raises KeyError; `unique(prefix)` gives one text per
    prefix and case; `made` is the id of what the main request made, None before it was sent.
    `texts`: texts of the world that are called otherwise where the request goes. `frozen` is false
    where `now` is only nearly the time there; `stranger` gives a text that nobody has to the target
    yet, where a case speaks of somebody unknown.
    """

    record: Callable[[str], Mapping[str, Any]]
    now: datetime
    date_format: str | None
    unique: Callable[[str], str]
    made: str | None = None
    texts: Mapping[str, Any] = field(default_factory=dict)
    frozen: bool = True
    stranger: Callable[[str], str] = str

    def resolve(self, value: Any) -> Any:
        """The value with every form made; `$null` and `$absent` become marks.

        Raises ValueFault. Matchers stay, with what is inside them made.
        """
        if isinstance(value, str):
            return self.texts.get(value) or self.stranger(value)
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not ABSENT]
        if not isinstance(value, _MAPS):
            return value
        form = next((key for key in value if key in COMPANIONS), None)
        if form is None or form in MATCHERS:
            return {key: self.resolve(item) for key, item in value.items()}
        return self._form(form, value)

    def _form(self, form: str, value: Mapping[str, Any]) -> Any:
        match form:
            case "$of":
                return self._field(value["$of"], value.get("field", "id"))
            case "$each":
                return self._each(value)
            case "$repeat":
                made = self.resolve(value["of"])
                return [made for _ in range(value["$repeat"])]
            case "$text":
                return value["$text"] * value.get("times", 1)
            case "$now":
                return self._now(value["$now"], value.get("format", self.date_format))
            case "$join":
                return "".join(_text(plain(self.resolve(item))) for item in value["$join"])
            case "$null":
                return NULL
            case "$absent":
                return ABSENT
            case "$made":
                if self.made is None:
                    raise ValueFault("$made: nothing was made (see `made:` of the witness file)")
                return self.made
            case _:
                return self.unique(value["$unique"])

    def raw(self, text: str) -> str:
        """A text that is sent letter by letter, with the texts of the world inside it replaced."""
        for known in sorted(self.texts, key=len, reverse=True):
            text = text.replace(known, str(self.texts[known]))
        return text

    def _field(self, name: str, path: str) -> Any:
        try:
            value: Any = self.record(name)
        except KeyError as error:
            raise ValueFault(f"$of: there is no record {name!r} in the seed") from error
        for part in path.split("."):
            if not isinstance(value, Mapping) or part not in value:
                raise ValueFault(f"$of: record {name!r} has no field {path!r}")
            value = value[part]
        return NULL if value is None else value

    def _each(self, value: Mapping[str, Any]) -> list[Any]:
        names = value["$each"]
        if isinstance(names, str):
            names = [f"{names}-{number}" for number in range(1, value["take"] + 1)]
        if "fields" not in value:
            return [plain(self._field(name, value.get("field", "id"))) for name in names]
        return [
            {path: plain(self._field(name, path)) for path in value["fields"]} for name in names
        ]

    def _now(self, span: str, date_format: str | None) -> str:
        moment = self.now
        for sign, amount, unit in _SPAN.findall(str(span)):
            seconds = int(amount) * _SECONDS[unit]
            moment += timedelta(seconds=-seconds if sign == "-" else seconds)
        if moment == self.now and not self.frozen:
            raise ValueFault("$now: the exact time there is not known")
        return written(moment, date_format)


def written(moment: datetime, date_format: str | None) -> str:
    """A moment in the API's way of writing dates; `%f` is milliseconds there."""
    wanted = date_format or "%Y-%m-%dT%H:%M:%S.%fZ"
    return moment.strftime(wanted.replace("%f", f"{moment.microsecond // 1000:03d}"))


def plain(value: Any) -> Any:
    """A resolved value without marks: null for NULL, and what is absent left out."""
    if isinstance(value, str):
        return value
    if value is NULL or value is ABSENT:
        return None
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, _MAPS):
        return {key: plain(item) for key, item in value.items() if item is not ABSENT}
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def form_faults(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Every misshapen value form below a value, as (pointer, what is wrong)."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from form_faults(item, join(pointer, index))
    elif isinstance(value, Mapping):
        form = next((key for key in value if key in COMPANIONS), None)
        if form is not None:
            fault = _form_fault(form, value)
            if fault:
                yield pointer, fault
        for key, item in value.items():
            yield from form_faults(item, join(pointer, key))


def _form_fault(form: str, value: Mapping[str, Any]) -> str | None:
    for key in value:
        if key != form and key not in COMPANIONS[form]:
            known = ", ".join(COMPANIONS[form]) or "nothing"
            return f"{key!r} beside {form}; beside it may stand {known}"
    of = value[form]
    if form in ("$of", "$text", "$made", "$unique") and not isinstance(of, str):
        return f"{form} takes a text"
    joined = isinstance(of, Mapping) and "$join" in of
    if form == "$matches" and not isinstance(of, str) and not joined:
        return "$matches takes a text, or a $join"
    if form == "$each" and not isinstance(of, list) and not isinstance(value.get("take"), int):
        return "$each takes a list of names, or one name and take: <how many>"
    if form in ("$repeat", "$size") and (not isinstance(of, int) or isinstance(of, bool)):
        return f"{form} takes a whole number"
    if form == "$repeat" and "of" not in value:
        return "$repeat needs of: <value>"
    if form in ("$join", "$has") and not isinstance(of, list):
        return f"{form} takes a list"
    if form == "$now" and _SPAN.sub("", str(of)) not in ("", "0"):
        return "$now takes spans such as +60s, -1d or +1h30m"
    return None
