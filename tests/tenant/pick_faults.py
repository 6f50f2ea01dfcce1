"""The faults of picking that can be switched on; pick.py asks for them by name."""

from __future__ import annotations

from tenant.faults import Fault

_FAULTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pick-lost-update": (
        "Between looking at the date and writing, another pick may come.",
        ("pick.stale", "pick.assigns"),
    ),
    "pick-partial": (
        "What stands before the activity that is refused is picked all the same.",
        ("pick.assigns",),
    ),
    "pick-first-only": ("Only the first of several activities is picked.", ("pick.assigns",)),
    "pick-keeps-queue": ("A picked activity still waits in its queue.", ("pick.leaves-queue",)),
    "pick-keeps-pin": ("The other user's pin stays on.", ("pick.unpins",)),
    "pick-keeps-date": (
        "The date of the last change stays what it was.",
        ("pick.marks-the-change", "pick.stale"),
    ),
    "pick-200": ("A pick is answered by 200.", ("pick.answers-204",)),
    "pick-404": ("An unknown activity is answered by 404.", ("pick.exists",)),
    "pick-wrong-code": (
        "A missing element has the code of a wrong value.",
        ("pick.id-given", "pick.last-modified-given"),
    ),
    "pick-500-on-emoji": (
        "Characters above U+FFFF in the body bring the application down.",
        (
            "pick.exists",
            "pick.known-elements",
            "pick.last-modified-is-a-date",
            "pick.plain-types",
            "pick.unexpected-failure",
        ),
    ),
    "pick-ignores-date": ("The date of the last change is not compared.", ("pick.stale",)),
    "pick-ignores-lock": ("Locked activities are picked.", ("pick.locked",)),
    "pick-any-parameter": ("Unknown query parameters are let pass.", ("pick.query-known",)),
    "pick-any-unpin": (
        "Any value of unpin is a yes.",
        ("pick.unpin-value", "pick.query-not-empty"),
    ),
    "pick-more-than-75": ("Any number of activities may be picked.", ("pick.at-most-75",)),
    "pick-unknown-elements": (
        "Unknown elements of the body are let pass.",
        ("pick.known-elements",),
    ),
    "pick-any-scope": ("The scopes of the token do not matter.", ("pick.scope",)),
    "pick-any-department": ("Activities of every department may be picked.", ("pick.department",)),
    "pick-any-queue": ("Every queue may be pulled from.", ("pick.pull-queue",)),
    "pick-any-user": ("Every user may be pulled from.", ("pick.pull-user",)),
    "pick-licence-of-first": (
        "Only the first activity's licence is looked at.",
        ("pick.licence-for-messages", "pick.licence-for-tasks"),
    ),
    "pick-drafts": ("Drafts may be picked.", ("pick.no-drafts",)),
    "pick-own": ("One's own activities may be picked.", ("pick.not-own",)),
    "pick-pinned": ("Pinned activities are picked without unpin.", ("pick.pinned",)),
}
PICK_FAULTS = tuple(
    Fault(name, says, "pickActivities", rules) for name, (says, rules) in _FAULTS.items()
)
