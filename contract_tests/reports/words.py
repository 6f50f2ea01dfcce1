"""How a report speaks of a rule: its verdict as it counts, and what is to be remarked besides."""

from collections.abc import Iterator
from typing import Any

_ACCEPTED = {
    "accepted": "{verdict}, accepted until {until} because {reason}",
    "expired": "{verdict}, accepted only until {until}, which is over ({reason})",
}


def standing(rule: dict[str, Any]) -> str:
    """The verdict of a rule, and whether that is a known deviation."""
    accepted = rule.get("accepted", {})
    form = _ACCEPTED.get(accepted.get("state"), "{verdict}")
    return form.format(verdict=rule["verdict"], **accepted)


def counts_as_broken(rule: dict[str, Any]) -> bool:
    """Whether a rule is broken and that is not accepted."""
    return rule["verdict"] == "broken" and not is_accepted(rule)


def is_accepted(rule: dict[str, Any]) -> bool:
    """Whether what is wrong with a rule is accepted for now."""
    return bool(rule.get("accepted", {}).get("state") == "accepted")


def remarks(rule: dict[str, Any]) -> Iterator[str]:
    """What is to be remarked of a rule, each in a line: cases left out, what was before, notes."""
    if rule["verdict"] == "not reached" and rule["planned"]:
        yield f"{rule['conducted']} of {rule['planned']} cases conducted"
    if "history" in rule:
        yield from _past(rule["verdict"], rule["history"])
    if rule.get("accepted", {}).get("state") == "vanished":
        yield "its deviation was accepted and has vanished: it can be removed"
    for note in rule["notes"]:
        yield f"noted: {note}"


def _past(verdict: str, history: dict[str, Any]) -> Iterator[str]:
    was, kept = history["was"], history["confirmed"]
    if was is None or verdict == "not testable":
        return
    if was != verdict:
        yield f"was {was} until {history['seen']}"
    if verdict != "kept" and history["since"] <= history["seen"]:
        yield f"{verdict} since {history['since']}"
    if "kept" not in (was, verdict):
        yield f"last kept {kept}" if kept else "never seen kept"


def changes(data: dict[str, Any]) -> Iterator[str]:
    """What the history and the accepted deviations of a deployment say of a run, line by line."""
    rules = {rule["id"]: rule for rule in data["rules"]}
    for id in data["flipped"]:
        past = rules[id]["history"]
        yield f"flipped: {id} is {rules[id]['verdict']}, was {past['was']} until {past['seen']}"
    yield from notices(data)


def notices(data: dict[str, Any]) -> Iterator[str]:
    """What there is to do about accepted deviations, requests without an answer, and warnings."""
    for each in data["accepted"]:
        rule, until = each["rule"], each["until"]
        if each["state"] == "expired":
            yield f"expired: {rule} was accepted only until {until} and counts again"
        elif each["state"] == "vanished":
            yield f"vanished: {rule} is kept; take it off by `rulebound accept --remove {rule}`"
        elif each["state"] == "unknown":
            yield f"unknown: {rule} is accepted, and no document has such a rule"
    if "run" in data and any(rule["fault"] for rule in data["rules"]):
        yield f"unanswered: add --resume {data['run']} to the same command to try those cases again"
    yield from (f"warning: {warning}" for warning in data.get("warnings", ()))
