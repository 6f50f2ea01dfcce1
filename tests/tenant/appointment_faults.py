"""The faults of creating an appointment."""

from __future__ import annotations

from tenant.faults import Fault

OPERATION = "createAppointment"
# name, what is wrong, the rules that it breaks
_TOLD = (
    ("any-secret", "Any secret goes with a key.", "keys"),
    ("keys-off", "Keys that are switched off still work.", "keys-active"),
    ("no-limit", "There is no limit of calls.", "rate-limit counts-call"),
    ("limit-503", "Too many calls are answered by 503.", "rate-limit counts-call"),
    ("any-media-type", "Content-Type is not looked at.", "content-type content-type-given"),
    ("last-one-wins", "Of an attribute given twice the last counts.", "well-formed"),
    ("unknown-attributes", "Unknown attributes are ignored.", "known-attributes page-example"),
    ("any-type", "Name and Description may be anything.", "plain-types any-name"),
    ("needs-end-date", "With a DueDate an EndDate is needed.", "due-date-format real-dates"),
    ("only-ahead", "Dates must lie ahead.", "due-date-format page-example"),
    ("only-meetings", "Of all types only Meeting is known.", "task-type-known type-is-appointment"),
    ("numbers-only", "RelatedEntity as text is refused.", "related-entity-as-text"),
    ("any-notification", "NotifyBy takes anything.", "notify-by-values notify-by-as-number"),
    ("late-reminder", "A reminder may come after the task.", "reminder-minutes"),
    ("bends-dates", "February 30 is the last of February.", "real-dates"),
    ("end-after-due", "An end before the due date is refused.", "end-before-due"),
    (
        "lead-always",
        "The lead is looked up without RelatedEntity 1.",
        "lead-id-ignored lead-exists",
    ),
    ("any-lead", "An unknown lead is left away.", "lead-exists lead-id-ignored"),
    ("any-owner", "An unknown owner becomes the user of the key.", "owner-known owner-mail-known"),
    (
        "mail-looked-at",
        "The address beside an OwnerId must be known.",
        "mail-ignored-beside-id owner-mail-known",
    ),
    ("type-loosely", "Types are found in any case.", "task-type-known"),
    ("500-on-emoji", "Signs above U+FFFF in a Name are a 500.", "any-name unexpected-failure"),
    ("flat-answer", "The id stands beside the status.", "answers-id"),
    ("says-html", "The answer calls itself a page.", "answers-json"),
    ("201", "The answer is 201.", "answers-id"),
)
APPOINTMENT_FAULTS = tuple(
    Fault(
        f"appointment-{name}",
        says,
        OPERATION,
        tuple(f"appointment.{rule}" for rule in rules.split()),
    )
    for name, says, rules in _TOLD
)
