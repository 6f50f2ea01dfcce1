"""Words of the application as people read them: English, and French for fr-FR and fr-CA."""

from __future__ import annotations

_WORDS = {
    "inbound": ("Inbound", "Entrant"),
    "outbound": ("Outbound", "Sortant"),
    "none": ("None", "Aucun"),
    "email": ("Email", "E-mail"),
    "social": ("Social", "Social"),
    "task": ("Task", "Tâche"),
    "chat": ("Chat", "Chat"),
    "call_track": ("Call track", "Suivi d'appel"),
    "web": ("Web", "Web"),
    "awaiting_assignment": ("Awaiting assignment", "En attente d'affectation"),
    "assigned": ("Assigned", "Affectée"),
    "in_workflow": ("In workflow", "Dans le workflow"),
    "in_precompletion": ("In precompletion", "En préachèvement"),
    "completed": ("Completed", "Terminée"),
}


def word(value: str, language: str) -> str:
    """How a value is shown; a user-defined one as it is."""
    return _WORDS.get(value, (value, value))[1 if language.startswith("fr") else 0]


def shown(value: str, language: str) -> dict[str, str]:
    """The value and its display value."""
    return {"value": value, "displayValue": word(value, language)}
