"""How people read the application's words: English and French, English for every other language."""

from __future__ import annotations

from collections.abc import Mapping

_MODES = {
    "inbound": ("Inbound", "Entrant"),
    "outbound": ("Outbound", "Sortant"),
    "none": ("None", "Aucun"),
}
_TYPES = {
    "email": ("Email", "E-mail"),
    "social": ("Social", "Social"),
    "task": ("Task", "Tâche"),
    "chat": ("Chat", "Chat"),
    "call_track": ("Call track", "Suivi d'appel"),
    "web": ("Web", "Web"),
}
_STATUSES = {
    "awaiting_assignment": ("Awaiting assignment", "En attente d'affectation"),
    "assigned": ("Assigned", "Affectée"),
    "completed": ("Completed", "Terminée"),
    "in_workflow": ("In workflow", "Dans le workflow"),
    "in_precompletion": ("In precompletion", "En préachèvement"),
}
_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "mode": _MODES,
    "type": _TYPES,
    "status": _STATUSES,
}


class Words(dict[str, Mapping[str, str]]):
    """A value -> it and its word, as they are sent.

    A value nobody has put into words, such as a user-defined type, is its own word.
    """

    def __missing__(self, value: str) -> Mapping[str, str]:
        return _said(value, value)


def _said(value: str, word: str) -> Mapping[str, str]:
    return {"value": value, "displayValue": word}


def _words(place: int) -> Mapping[str, Words]:
    return {
        kind: Words({value: _said(value, both[place]) for value, both in of.items()})
        for kind, of in _WORDS.items()
    }


_ENGLISH, _FRENCH = _words(0), _words(1)


def words(language: str) -> Mapping[str, Words]:
    """The words for each mode, type and status, in the language of a tag like fr-CA."""
    return _FRENCH if language.lower().startswith("fr") else _ENGLISH
