"""Where a rule of a report stands in its document, and who asked in a case."""

from pathlib import Path
from typing import Any

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.model import ROLES, SINGULAR, Baseline, Case, Unset
from rulebound.contract_tests.planning import PlannedRule
from rulebound.openapi.model import Document, Rule

NOBODY = "nobody"
_CONDUCTED = {SINGULAR.get(role, role) for roles in ROLES.values() for role in roles}


def place_of(document: Document, rule: Rule) -> dict[str, Any] | None:
    """File and line of a rule; None for one that stands in no document. A file below the folder we
    are in is `local`, and named from there; of others the API's name stands in front."""
    if not rule.file:
        return None
    path, here = (document.folder / rule.file).resolve(), Path.cwd().resolve()
    # An environment of Python may lie in the folder, and what is installed there is nobody's own.
    local = path.is_relative_to(here) and "site-packages" not in path.parts
    shown = path.relative_to(here).as_posix() if local else f"{document.name}/{rule.file}"
    return {"file": shown, "line": max(1, rule.line), "local": local}


def actor_of(apis: Apis, planned: PlannedRule, case: Case) -> dict[str, Any] | None:
    """Name and kind (user, client, customer, key) of who sends the request of a case; the kind is
    `nobody` for one without a credential of an actor. None where no witness says who it was."""
    if planned.subject is None or case.role not in _CONDUCTED:
        return None
    sending, api = case.sending, planned.api
    if sending.operation is None:
        baseline = _baseline(api, planned.operation.id, sending.on)
    else:
        try:
            api = apis.owner(sending.operation)[0]
        except KeyError:
            return None
        baseline = _baseline(api, sending.operation, sending.on)
    if baseline is None and isinstance(sending.actor, Unset):
        return None
    own = None if baseline is None else baseline.actor
    name = own if isinstance(sending.actor, Unset) else sending.actor
    if name is None:
        return {"name": None, "kind": NOBODY}
    known = api.seed.actors.get(name)
    return None if known is None else {"name": name, "kind": known.kind}


def _baseline(api: Api, operation: str, name: str | None) -> Baseline | None:
    file = api.files.get(operation)
    return None if file is None else file.baselines.get(name) if name else file.first
