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


def displayed(kind: str, value: str, language: str) -> str:
    """The word for `value` (of kind mode, type or status) in the language of a tag like fr-CA.

    A value nobody has put into words, such as a user-defined type, is its own word.
    """
    english, french = _WORDS[kind].get(value, (value, value))
    return french if language.lower().startswith("fr") else english
