"""The faults of picking that can be switched on; pick.py asks for them by name."""

from __future__ import annotations

from tenant.faults import Fault

# name: what is wrong, the rules it breaks, and the properties that show it: a fault without any
# only leaves a rule out
_FAULTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "pick-lost-update": (
        "Between looking at the date and writing, another pick may come.",
        ("pick.stale", "pick.assigns"),
        ("racing.picked-once", "racing.winner-holds-it"),
    ),
    "pick-partial": (
        "What stands before the activity that is refused is picked all the same.",
        ("pick.assigns",),
        ("drawing.refused-changes-nothing", "machine.refused-changes-nothing"),
    ),
    "pick-first-only": (
        "Only the first of several activities is picked.",
        ("pick.assigns",),
        ("machine.search-is-model",),
    ),
    "pick-keeps-queue": (
        "A picked activity still waits in its queue.",
        ("pick.leaves-queue",),
        ("machine.search-is-model",),
    ),
    "pick-keeps-pin": (
        "The other user's pin stays on.",
        ("pick.unpins",),
        ("machine.search-is-model",),
    ),
    "pick-keeps-date": (
        "The date of the last change stays what it was.",
        ("pick.marks-the-change", "pick.stale"),
        ("machine.search-is-model",),
    ),
    "pick-200": (
        "A pick is answered by 200.",
        ("pick.answers-204",),
        ("conforming.as-declared", "drawing.valid-is-accepted", "machine.valid-is-accepted"),
    ),
    "pick-404": (
        "An unknown activity is answered by 404.",
        ("pick.exists",),
        ("drawing.refuses", "conforming.as-declared"),
    ),
    "pick-wrong-code": (
        "A missing element has the code of a wrong value.",
        ("pick.id-given", "pick.last-modified-given"),
        (),
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
        ("drawing.refuses", "conforming.as-declared", "drawing.valid-is-accepted"),
    ),
    "pick-ignores-date": (
        "The date of the last change is not compared.",
        ("pick.stale",),
        ("drawing.refuses", "racing.picked-once"),
    ),
    "pick-ignores-lock": (
        "Locked activities are picked.",
        ("pick.locked",),
        (),
    ),
    "pick-any-parameter": (
        "Unknown query parameters are let pass.",
        ("pick.query-known",),
        (),
    ),
    "pick-any-unpin": (
        "Any value of unpin is a yes.",
        ("pick.unpin-value", "pick.query-not-empty"),
        (),
    ),
    "pick-more-than-75": (
        "Any number of activities may be picked.",
        ("pick.at-most-75",),
        (),
    ),
    "pick-unknown-elements": (
        "Unknown elements of the body are let pass.",
        ("pick.known-elements",),
        (),
    ),
    "pick-any-scope": (
        "The scopes of the token do not matter.",
        ("pick.scope",),
        (),
    ),
    "pick-any-department": (
        "Activities of every department may be picked.",
        ("pick.department",),
        (),
    ),
    "pick-any-queue": (
        "Every queue may be pulled from.",
        ("pick.pull-queue",),
        (),
    ),
    "pick-any-user": (
        "Every user may be pulled from.",
        ("pick.pull-user",),
        (),
    ),
    "pick-licence-of-first": (
        "Only the first activity's licence is looked at.",
        ("pick.licence-for-messages", "pick.licence-for-tasks"),
        (),
    ),
    "pick-drafts": (
        "Drafts may be picked.",
        ("pick.no-drafts",),
        (),
    ),
    "pick-own": (
        "One's own activities may be picked.",
        ("pick.not-own",),
        (),
    ),
    "pick-pinned": (
        "Pinned activities are picked without unpin.",
        ("pick.pinned",),
        (),
    ),
}
PICK_FAULTS = tuple(
    Fault(name, says, "pickActivities", rules + shown, behaviour=bool(shown))
    for name, (says, rules, shown) in _FAULTS.items()
)
