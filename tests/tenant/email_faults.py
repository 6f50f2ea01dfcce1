"""The faults of creating an e-mail."""

from __future__ import annotations

from tenant.faults import Fault

OPERATION = "createIncomingEmailActivity"
# show by themselves: what comes back is not what was sent, or is no answer that is documented
_SHOWN = frozenset(
    {
        "email-body-one-less",
        "email-cuts-subject",
        "email-drops-attributes",
        "email-drops-issue-type",
        "email-location-of-customer",
        "email-made-though-refused",
        "email-one-attachment",
        "email-opens-case-always",
        "email-own-address-always",
        "email-second-copy",
        "email-secure-ignored",
        "email-secure-is-text",
        "email-text-only",
    }
)
# name, what is wrong, the rules that it breaks
_TOLD = (
    ("email-any-copies", "To and cc take any text.", "to-format cc-format"),
    (
        "email-inline-without-id",
        "An inline attachment needs no contentId.",
        "inline-needs-content-id attachment-alt-id-required",
    ),
    ("email-staff-name-customers", "Users may name a customer.", "customer-parameter-refused"),
    (
        "email-any-attribute",
        "Custom attributes nobody configured are taken.",
        "custom-attributes-known",
    ),
    ("email-privilege-unasked", "The privilege is not asked for.", "privilege"),
    ("email-any-size", "The whole e-mail may be of any size.", "whole-size"),
    ("email-grant-unasked", "Customers write for whom they like.", "on-behalf-granted"),
    ("email-any-sender", "Customers write under any address.", "from-own"),
    ("email-any-issue-type", "The issue type may be another center's.", "issue-type-of-center"),
    ("email-type-in-any-case", "EMAIL is email.", "type-email subtype-general"),
    ("email-size-in-characters", "Characters are counted for bytes.", "body-size whole-size"),
    ("email-body-one-less", "The largest body is one byte smaller.", "body-size"),
    ("email-grant-either-way", "The other's grant is enough.", "on-behalf-granted"),
    ("email-grant-403", "A missing grant is a 403.", "on-behalf-granted"),
    ("email-alias-of-old", "An alias need not be active.", "alias-active center-active"),
    (
        "email-alias-of-any-department",
        "The alias may be of another department.",
        "alias-in-department",
    ),
    (
        "email-newcomer-without-address",
        "A new customer lacks the sender's address.",
        "created-customer-address customer-created",
    ),
    (
        "email-in-customers-department",
        "The e-mail goes to the customer's department.",
        "department-derived department-named",
    ),
    ("email-second-copy", "Every e-mail is made twice.", "created"),
    ("email-location-of-customer", "Location leads to the id of the customer.", "created location"),
    (
        "email-open-for-customers",
        "A customer's e-mail is not secure.",
        "always-secure-for-customers",
    ),
    ("email-secure-ignored", "The flag is not kept.", "secure-as-asked"),
    ("email-behalf-unmarked", "Sending on behalf is not marked.", "sent-on-behalf"),
    ("email-cuts-subject", "Subjects are cut to 30 characters.", "subject-stored"),
    ("email-drops-issue-type", "The issue type goes.", "issue-type-stored"),
    ("email-one-attachment", "Of several attachments one is kept.", "attachments-stored"),
    ("email-text-only", "Of two contents one is kept.", "content-stored"),
    ("email-drops-attributes", "Custom attributes go.", "custom-attributes-stored"),
    ("email-mode-lost", "The e-mail is not inbound.", "created"),
    (
        "email-secure-is-text",
        "The flag is read as a text.",
        "secure-as-asked secure-boolean xml-body",
    ),
    ("email-made-though-refused", "An e-mail refused over its sender is made.", "created"),
    ("email-opens-case-always", "The case named is not joined.", "case-given"),
    ("email-own-address-always", "The sender's address sent is not used.", "from-stored"),
)

FAULTS = tuple(
    Fault(name, says, OPERATION, tuple(f"email.{r}" for r in rules.split()), name in _SHOWN)
    for name, says, rules in _TOLD
)
