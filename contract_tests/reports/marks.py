"""What stands for a verdict beside its colour: a sign, a class of styles, and whose name it is."""

from typing import Any

MARKS = {
    "kept": "✓",
    "broken": "✗",
    "differs": "≠",
    "not reached": "○",
    "not testable": "⊘",
    "informational": "i",
    "not cited": "!",
    "in another shard": "…",
}
VERDICTS = ("kept", "broken", "differs", "not reached", "not testable")
"""The verdicts of rules, as tables have them."""


def slug(verdict: str) -> str:
    """A verdict as the name of a class."""
    return verdict.replace(" ", "-")


def place_name(data: dict[str, Any]) -> str:
    """What a report calls its target."""
    target = data["target"]
    if target.get("own"):
        return "a stub of its own"
    profile = target.get("profile")
    return f"{profile} ({target['url']})" if profile else str(target["url"])


def short_name(data: dict[str, Any]) -> str:
    """The same where there is little room: of a profile its name alone."""
    return str(data["target"].get("profile") or place_name(data))
