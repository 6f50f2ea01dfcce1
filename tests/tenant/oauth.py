"""The token endpoint: client credentials, and name and password. It stands for a login host of its
own, so its form is that of RFC 6749 and none of the APIs'."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import parse_qsl, unquote

from tenant.faults import Fault
from tenant.keys import Keys
from tenant.state import Record, Tenant
from tenant.wire import Call, Reply, json_reply

PATH = "/oauth2/token"
LIFE = 3600
# who proves itself so: in this tenant they have no token that was given out before
BY_CLIENT = ("robot", "robot-read-only")
BY_PASSWORD = ("cora", "dora", "twain", "anna-read-only")
BY_LOGIN = ("sue-console", "hugo-console", "hedda-console", "gerda-console")


def proof(keys: Keys, name: str) -> Record:
    """What an actor says to the token endpoint."""
    if name in BY_CLIENT:
        return {"client": f"app-{name}", "secret": keys.token(f"client {name}")}
    words = {"username": name, "password": keys.token(f"password {name}")[:16]}
    return {"client": "app-people", "secret": keys.token("client people"), **words}


def token(tenant: Tenant, call: Call) -> Reply:
    """200 with an access token, 400 or 401 with an error."""
    form = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
    form |= _basic(call)
    grant = form.get("grant_type")
    if grant not in ("client_credentials", "password"):
        return json_reply(400, {"error": "unsupported_grant_type"}, _NO_STORE)
    for actor in tenant.actors["egain"].values():
        if _proves(actor.get("oauth2"), form, grant):
            return _granted(tenant, actor, form)
    if grant == "password":
        return json_reply(400, {"error": "invalid_grant"}, _NO_STORE)
    return json_reply(401, {"error": "invalid_client"}, _NO_STORE)


_NO_STORE = (("cache-control", "no-store"),)


def _basic(call: Call) -> Record:
    scheme, _, word = (call.header("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(word).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": unquote(name), "client_secret": unquote(secret)}


def _proves(wanted: Record | None, form: Record, grant: str) -> bool:
    if wanted is None or ("username" in wanted) != (grant == "password"):
        return False
    names = {"client": "client_id", "secret": "client_secret"}
    return all(form.get(names.get(key, key)) == value for key, value in wanted.items())


def _granted(tenant: Tenant, actor: Record, form: Record) -> Reply:
    scopes = actor["scopes"]
    asked = form.get("scope", "").split()
    if set(asked) - set(scopes):
        return json_reply(400, {"error": "invalid_scope"}, _NO_STORE)
    row = {"kind": actor["kind"], "subject": actor["record"]["id"], "scopes": scopes}
    made = tenant.add("token", row | {"expires": tenant.later(LIFE)})
    told = {"access_token": made, "token_type": "Bearer", "expires_in": LIFE}
    return json_reply(200, told | {"scope": " ".join(scopes)}, _NO_STORE)


ROUTES = (("POST", PATH, token),)
FAULTS: tuple[Fault, ...] = ()
