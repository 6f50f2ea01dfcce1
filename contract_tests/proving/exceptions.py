"""Which cases may turn red besides a rule's own when it is switched off; each with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path

from jsonschema import Draft202012Validator
from rulebound.contract_tests.cases.loader import line_of
from rulebound.openapi.findings import DocumentError, Finding
from rulebound.openapi.pointers import join
from rulebound.openapi.yaml_reader import read_file

_TEXT = {"type": "string", "minLength": 1}
_SCHEMA = {
    "type": "object",
    "required": ["exceptions"],
    "additionalProperties": False,
    "properties": {
        "exceptions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["off", "also", "because"],
                "additionalProperties": False,
                "properties": {
                    "off": _TEXT,
                    "also": {"type": "array", "items": _TEXT, "minItems": 1},
                    "because": _TEXT,
                },
            },
        }
    },
}


@dataclass(frozen=True)
class SpillRule:
    """With `off` switched off, cases of the rules in `also` may turn red; `because` says why."""

    off: str
    also: tuple[str, ...]
    because: str

    def covers(self, off: str, rule: str) -> bool:
        """Whether it speaks of a case of `rule` when `off` is switched off."""
        return fnmatchcase(off, self.off) and any(fnmatchcase(rule, each) for each in self.also)


def shipped_exceptions() -> Path:
    """The file with the exceptions of the kit's own APIs."""
    return Path(str(resources.files("rulebound.contract_tests").joinpath("exceptions.yaml")))


def load_exceptions(path: Path) -> tuple[SpillRule, ...]:
    """The exceptions in a file. Raises DocumentError."""
    read = read_file(path, path.name)
    findings = [
        _finding(path.name, read.lines, join("", *error.absolute_path), error.message)
        for error in Draft202012Validator(_SCHEMA).iter_errors(read.value)
    ]
    if findings:
        raise DocumentError(findings)
    return tuple(
        SpillRule(each["off"], tuple(each["also"]), each["because"])
        for each in read.value["exceptions"]
    )


def _finding(name: str, lines: Mapping[str, int], pointer: str, message: str) -> Finding:
    instead = "write {off: <rule>, also: [<rules>], because: <reason>}"
    return Finding(name, line_of(lines, pointer), pointer, message, instead)


def excused(exceptions: Iterable[SpillRule], off: str, rule: str) -> SpillRule | None:
    """The exception that lets a case of `rule` be red when `off` is off; None without one."""
    return next((each for each in exceptions if each.covers(off, rule)), None)
