"""The faults of creating a task."""

from __future__ import annotations

from tenant.faults import Fault

OPERATION = "createTaskActivity"
# show by themselves: what comes back is not what was sent, or is no answer that is documented
_SHOWN = frozenset(
    {
        "task-500-above-ffff",
        "task-drops-attachments",
        "task-drops-attributes",
        "task-due-date-in-local-time",
        "task-escapes-subject",
        "task-in-home-department",
        "task-location-of-case",
        "task-location-of-latest",
        "task-missing-is-422",
        "task-nobody-assigned",
        "task-opens-case-always",
        "task-priority-usual",
        "task-target-404",
        "task-text-only",
        "task-trims-subject",
    }
)
# name, what is wrong, the rules that it breaks
_TOLD = (
    ("task-past-due-date", "A due date may have passed.", "due-date-future"),
    ("task-says-nothing", "Neither subject nor content is needed.", "subject-or-content"),
    ("task-any-create-customer", "createCustomer takes any word.", "create-customer-yes"),
    (
        "task-unknown-elements",
        "Unknown elements are ignored.",
        "customer-department-refused content-kinds unsupported-elements",
    ),
    (
        "task-incomplete-points",
        "Entries may lack what they need.",
        "contact-point-complete attachment-id-required custom-attributes-complete",
    ),
    ("task-any-case", "A case that does not exist is taken.", "case-exists"),
    ("task-any-department", "A user creates in any department.", "own-department"),
    ("task-transfer-unasked", "Anybody may be the target.", "transfer-permission"),
    (
        "task-makes-any-customer",
        "Unknown customers are made unasked.",
        "customer-known makes-customer",
    ),
    ("task-any-severity", "Predefined values are not looked at.", "custom-attribute-values"),
    ("task-subject-of-256", "The longest subject is one longer.", "subject-length"),
    ("task-target-404", "An unknown target is a 404.", "target-exists target-unique"),
    ("task-missing-is-422", "A missing department is a 422.", "department-required"),
    ("task-500-above-ffff", "Signs above U+FFFF are a 500.", "stores-subject subject-length"),
    (
        "task-customer-by-prefix",
        "The beginning of a contact point finds.",
        "customer-known finds-customer",
    ),
    (
        "task-makes-customer-early",
        "A refused request leaves its customer behind.",
        "customer-known makes-customer one-email",
    ),
    (
        "task-swallows-repetition",
        "The same request again makes nothing.",
        "one-at-a-time opens-case creates",
    ),
    ("task-location-of-case", "Location leads to the id of the case.", "creates"),
    (
        "task-location-of-latest",
        "At the same time made, tasks are told the id of the latest.",
        "creates one-at-a-time racing.created-once",
    ),
    ("task-nobody-assigned", "Without a target nobody has the task.", "assigns-actor"),
    ("task-in-home-department", "The task goes to the user's home.", "in-department"),
    ("task-opens-case-always", "The case named is not joined.", "joins-case"),
    ("task-links-point-always", "A contact point is linked unasked.", "links-no-contact-point"),
    ("task-due-date-in-local-time", "The zone of a due date is dropped.", "stores-due-date"),
    ("task-trims-subject", "Blanks around the subject go.", "stores-subject"),
    ("task-escapes-subject", "The subject is stored as HTML.", "stores-subject"),
    ("task-drops-attributes", "Custom attributes go.", "stores-custom-attributes"),
    ("task-priority-usual", "Every task has the usual priority.", "stores-priority"),
    ("task-drops-attachments", "Attachments go.", "stores-attachments"),
    ("task-subtype-as-sent", "The subtype is kept as it was sent.", "subtype-stored"),
    ("task-text-only", "Of two contents one is kept.", "stores-content"),
)


def _whole(rule: str) -> str:
    return rule if "." in rule else f"task.{rule}"


FAULTS = tuple(
    Fault(name, says, OPERATION, tuple(map(_whole, rules.split())), name in _SHOWN)
    for name, says, rules in _TOLD
)
