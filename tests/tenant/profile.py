"""The tenant's profile, as its integration owner would write it."""

from __future__ import annotations

from typing import Any

import yaml

from tenant import oauth
from tenant.state import Record, Tenant

# how an activity is read back: a field of the table, and where a search shows it
FIELDS = {
    "id": "/id",
    "type": "/type/value",
    "subtype": "/type/subtype/value",
    "mode": "/mode/value",
    "status": "/status/value",
    "substatus": "/status/substatus",
    "assignee": "/status/assigned/user/id",
    "pinned": "/status/assigned/pinned",
    "department": "/department/id",
    "queue": "/queue/id",
    "case": "/case/id",
    "customer": "/customer/id",
    "subject": "/subject",
    "priority": "/priority",
    "dueDate": "/dueDate",
    "secure": "/isSecure",
    "sentOnBehalf": "/sentOnBehalf",
    "issueType": "/issueType/id",
    "language": "/language/value",
    "created": "/created/date",
    "createdBy": "/created/user/id",
    "lastModified": "/lastModified/date",
    "lastModifiedBy": "/lastModified/user/id",
    "userLastWorked": "/userLastWorked/id",
    "lastDepartment": "/lastDepartment/id",
    "emailDate": "/payload/email/date/date",
}
READER = "auditor-console"


def profile(url: str, tenant: Tenant, *, restore: bool = True) -> dict[str, Any]:
    """The profile of a tenant that answers at `url`; its secrets stand in variables()."""
    made: dict[str, Any] = {
        "profile": "tenant",
        "apis": {
            "egain-v3": {"url": f"{url}/system"},
            "ece-v12": {"url": url},
            "leadsquared-v2": {"url": url},
        },
        "patience": 5,
        "worlds": {name: _world(url, tenant, name) for name in ("egain", "leadsquared")},
    }
    made["worlds"]["egain"]["settings"] = _settings(tenant, lsq=False)
    made["worlds"]["leadsquared"]["settings"] = _settings(tenant, lsq=True)
    made["worlds"]["egain"]["reads"] = {"activity": _reading()}
    return made | ({"restore": {"method": "POST", "url": f"{url}/restore"}} if restore else {})


def text(url: str, tenant: Tenant, *, restore: bool = True) -> str:
    """The profile as YAML."""
    made = profile(url, tenant, restore=restore)
    return str(yaml.dump(made, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=4000))


class _Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """No anchors: a value that stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def variables(tenant: Tenant) -> dict[str, str]:
    """The environment that the profile speaks of: variable -> value."""
    made: dict[str, str] = {}
    for world, actors in tenant.actors.items():
        for name, actor in actors.items():
            _proof("", world, name, actor, made)
    return made


def _world(url: str, tenant: Tenant, world: str) -> dict[str, Any]:
    tables = tenant.tables if world == "egain" else tenant.lsq
    actors = {n: _proof(url, world, n, a, {}) for n, a in tenant.actors[world].items()}
    records: dict[str, Record] = {}
    for name, key in tenant.names[world].items():
        table, _, rest = name.partition(".")
        row = tables[table].get(key)
        # what proves an actor is said there, and there only
        if row is not None and not (table in ("token", "session") and rest in actors):
            records[name] = {"id": key, **row}
    return {"actors": actors, "records": records}


def _settings(tenant: Tenant, *, lsq: bool) -> Record:
    return {n: v for n, v in tenant.settings.items() if n.startswith("rateLimit") == lsq}


def _proof(url: str, world: str, name: str, actor: Record, told: dict[str, str]) -> Record:
    """How an actor proves itself; what is secret goes to `told` under its variable's name."""

    def secret(kind: str, value: str) -> Record:
        variable = f"{world}_{name}_{kind}".upper().replace("-", "_")
        told[variable] = value
        return {"env": variable}

    if world == "leadsquared":
        row = actor["record"]
        return {"key": secret("key", row["id"]), "secret": secret("secret", row["secret"])}
    if "oauth2" in actor:
        words = {key: secret(key, value) for key, value in actor["oauth2"].items()}
        grant = "password" if "username" in words else "client_credentials"
        scope = {"scope": " ".join(actor["scopes"])} if actor["scopes"] else {}
        return {"oauth2": {"url": f"{url}{oauth.PATH}", "grant": grant, **words, **scope}}
    if "login" in actor:
        return {"login": {key: secret(key, value) for key, value in actor["login"].items()}}
    if "session" in actor:
        return {"session": secret("session", actor["session"])}
    if actor["expires"] is not None and not isinstance(actor["expires"], dict):
        return {"token": actor["token"]}
    return {"token": secret("token", actor["token"])}


def _reading() -> Record:
    common = {"$attribute": "all", "$pagesize": "75"}
    return {
        "operation": "searchActivities",
        "actor": READER,
        "queries": [
            {"customer": "{customer}", "createdDate": "[{created},{created}]", **common},
            {"customer": "{customer}", **common, "$sort": "created", "$order": "desc"},
            {"createdDate": "[{started},]", **common, "$sort": "created", "$order": "desc"},
        ],
        "list": "/activity",
        "fields": FIELDS,
    }
