"""A rule as written, read into the model; what does not fit becomes a finding."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from rulebound.openapi.checks import CHECKS
from rulebound.openapi.conditions import (
    Condition,
    ElementsClaim,
    Ensure,
    ProtocolCheck,
    Requirement,
    SchemaClaim,
)
from rulebound.openapi.expressions import (
    Compiled,
    ExpressionError,
    compile_condition,
    compile_expression,
)
from rulebound.openapi.findings import Finding
from rulebound.openapi.locations import Locations
from rulebound.openapi.model import ErrorAnswer, Rule, Tolerated
from rulebound.openapi.pointers import join
from rulebound.openapi.readings import Readings

_FORMS = ("schema", "require", "check", "elements", "ensure")
_FORMS_OF = {
    "reject": ("schema", "require", "check", "elements"),
    "effect": ("ensure",),
    "tolerate": ("require",),
}


@dataclass(slots=True)
class RuleReader:
    """Reads rules and error answers; collects findings instead of raising."""

    locations: Locations
    phases: tuple[str, ...]
    readings: Readings
    findings: list[Finding] = field(default_factory=list)

    def rule(self, id: str, raw: Mapping[str, Any], pointer: str, names: Collection[str]) -> Rule:
        """The rule `id`, whose expressions may use `names`."""
        kind = raw.get("kind", "reject")
        self._shape(kind, raw, pointer)
        file, line = self.locations.of(pointer)
        error = raw.get("error")
        return Rule(
            id=id,
            says=raw["says"],
            source=tuple(raw["source"]),
            kind=kind,
            condition=self._condition(raw, pointer, names),
            phase=raw.get("phase"),
            error=self.error(error, join(pointer, "error"), names) if error else None,
            reading=self.readings.in_words(raw["reading"]) if "reading" in raw else None,
            because=raw.get("because"),
            pointer=pointer,
            file=file,
            line=line,
            raw=raw,
        )

    def error(self, raw: Mapping[str, Any], pointer: str, names: Collection[str]) -> ErrorAnswer:
        """An error answer; without `basis` it is assumed."""
        message = raw["message"]
        basis = raw.get("basis", {})
        values = {
            name: compiled
            for name, text in raw.get("values", {}).items()
            if (compiled := self._expression(text, join(pointer, "values", name), names))
        }
        return ErrorAnswer(
            status=raw["status"],
            code=raw["code"],
            message={"en": message} if isinstance(message, str) else dict(message),
            values=values,
            status_basis=basis.get("status", "assumed"),
            code_basis=basis.get("code", "assumed"),
            tolerates=tuple(
                Tolerated(t["status"], t.get("code")) for t in raw.get("tolerates", ())
            ),
        )

    def found(self, pointer: str, message: str, instead: str) -> None:
        """Note a finding."""
        self.findings.append(self.locations.finding(pointer, message, instead))

    def _shape(self, kind: str, raw: Mapping[str, Any], pointer: str) -> None:
        forms = [form for form in _FORMS if form in raw]
        allowed = _FORMS_OF[kind]
        if len(forms) > 1 or (not forms and kind != "tolerate"):
            said = " and ".join(forms) or "no condition"
            self.found(pointer, f"has {said}", f"write exactly one of {', '.join(allowed)}")
        for form in forms:
            if form not in allowed:
                self.found(
                    join(pointer, form),
                    f"{form} does not go with kind {kind}",
                    f"write one of {', '.join(allowed)}, or another kind",
                )
        if "when" in raw and "require" not in raw:
            self.found(join(pointer, "when"), "when without require", "write a require beside it")
        if kind != "reject":
            for key in ("phase", "error"):
                if key in raw:
                    self.found(join(pointer, key), f"{key} does not go with kind {kind}", "drop it")
            return
        if "error" not in raw:
            self.found(pointer, "has no error", "write error: {status, code, message}")
        if raw.get("phase") not in self.phases:
            known = ", ".join(self.phases)
            self.found(pointer, f"phase {raw.get('phase')!r} is unknown", f"phases are {known}")

    def _condition(
        self, raw: Mapping[str, Any], pointer: str, names: Collection[str]
    ) -> Condition | None:
        if "schema" in raw:
            schema = raw["schema"]
            return SchemaClaim(_many(schema["at"]), _many(schema["keyword"]), schema.get("item"))
        if "elements" in raw:
            return ElementsClaim(_many(raw["elements"]["at"]), raw["elements"]["cell"])
        if "check" in raw:
            return self._check(raw["check"], join(pointer, "check"))
        if "ensure" in raw:
            more = {*names, "before", "made"}
            ensure = self._verdict(raw["ensure"], join(pointer, "ensure"), more)
            return Ensure(ensure) if ensure else None
        if "require" in raw:
            require = self._verdict(raw["require"], join(pointer, "require"), names)
            when = None
            if "when" in raw:
                when = self._verdict(raw["when"], join(pointer, "when"), names)
            return Requirement(require, when) if require else None
        return None

    def _check(self, raw: Any, pointer: str) -> ProtocolCheck | None:
        arguments = {"name": raw} if isinstance(raw, str) else dict(raw)
        name = arguments.pop("name")
        check = CHECKS.get(name)
        if check is None:
            known = ", ".join(sorted(CHECKS))
            self.found(pointer, f"check {name!r} is unknown", f"checks are {known}")
            return None
        for key in sorted(arguments.keys() - check.arguments):
            known = ", ".join(sorted(check.arguments)) or "none"
            self.found(pointer, f"check {name} takes no {key!r}", f"it takes {known}")
        for key in sorted(check.needs - arguments.keys()):
            self.found(pointer, f"check {name} needs {key!r}", f"write {{name: {name}, {key}: ..}}")
        return ProtocolCheck(name, arguments)

    def _verdict(self, text: str, pointer: str, names: Collection[str]) -> Compiled | None:
        try:
            return compile_condition(text, names)
        except ExpressionError as error:
            self.found(pointer, f"is no condition: {error}", "mend the expression")
            return None

    def _expression(self, text: str, pointer: str, names: Collection[str]) -> Compiled | None:
        try:
            return compile_expression(text, names)
        except ExpressionError as error:
            self.found(pointer, f"is no expression: {error}", "mend the expression")
            return None


def _many(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
