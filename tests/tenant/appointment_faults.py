"""The faults of creating an appointment."""

from __future__ import annotations

from tenant.faults import Fault

OPERATION = "createAppointment"
# name, what is wrong, the rules that it breaks
_TOLD = (
    ("any-secret", "Any secret goes with a key.", "keys"),
    ("keys-off", "Keys that are switched off still work.", "keys-active"),
    ("no-limit", "There is no limit of calls.", "rate-limit counts-call"),
    ("limit-of-24", "The limit is one call lower.", "rate-limit"),
    ("limit-403", "Too many calls are answered by 403.", "rate-limit counts-call"),
    ("limit-for-all", "All keys share one limit.", "rate-limit counts-call"),
    ("any-media-type", "Content-Type is not looked at.", "content-type content-type-given"),
    ("last-one-wins", "Of an attribute given twice the last counts.", "well-formed"),
    ("unknown-attributes", "Unknown attributes are ignored.", "known-attributes page-example"),
    ("without-name", "A Name is not needed.", "name-required"),
    ("needs-description", "A Description is needed.", "description-optional"),
    ("numbers-only", "RelatedEntity as text is refused.", "related-entity-as-text"),
    ("any-notification", "NotifyBy takes anything.", "notify-by-values notify-by-as-number"),
    ("late-reminder", "A reminder may come after the task.", "reminder-minutes"),
    ("any-date", "Dates may have T, zone and fractions.", "due-date-format end-date-format"),
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
    ("takes-to-dos", "Types of to-dos are taken.", "type-is-appointment"),
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
