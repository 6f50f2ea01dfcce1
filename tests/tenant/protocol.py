"""The faults of the protocol, of which every operation of the eGain APIs has its share; reading,
negotiation, auth and writing ask for them by name."""

from __future__ import annotations

from tenant.faults import Fault

_FAULTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "protocol-expired-token": (
        "A token that has expired still opens the door.",
        ("pick.signed-in", "task.credentials", "email.credentials"),
    ),
    "protocol-any-accept": (
        "An Accept that allows neither JSON nor XML is answered all the same.",
        ("pick.accept-listed", "search.acceptable"),
    ),
    "protocol-any-language": (
        "A language outside the list is answered in English.",
        ("pick.language-listed", "search.language-supported"),
    ),
    "protocol-any-content-type": (
        "A body is read as JSON whatever it says it is.",
        ("pick.content-type", "login.content-type"),
    ),
    "protocol-name-twice": (
        "Of a name that stands twice in one object the last one counts.",
        ("pick.body-well-formed", "login.well-formed", "task.body-well-formed"),
    ),
    "protocol-errors-as-html": (
        "Errors call themselves HTML.",
        ("conforming.as-declared", "pick.accept-absent", "pick.accept-any", "search.json-answer"),
    ),
    "protocol-english-errors": (
        "Errors are English in every language.",
        ("pick.every-language", "search.display-language"),
    ),
}
FAULTS = tuple(
    Fault(name, says, "pickActivities", rules, behaviour=name == "protocol-errors-as-html")
    for name, (says, rules) in _FAULTS.items()
)
