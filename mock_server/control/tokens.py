"""Access tokens on request (OAuth 2, RFC 6749): client credentials, and a user's password.

The vendor's sign-in pages are not part of the stub; a user's login name and password, sent by the
public client `console`, stand in for them. A token lives in the world the request selects, and runs
out by that world's clock.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError, InvalidGrantError
from authlib.oauth2.rfc6749.authenticate_client import authenticate_client_secret_basic
from authlib.oauth2.rfc6749.grants import (
    ClientCredentialsGrant,
    ResourceOwnerPasswordCredentialsGrant,
)
from flask import Blueprint, Flask, Response, g, request
from rulebound.fixtures import World, format_date
from rulebound.mock_server.api import Api
from rulebound.mock_server.worlds import DEFAULT, WorldRefusal, Worlds

CONSOLE = "console"
LIFETIME = 3600
_METHODS = ["client_secret_basic", "client_secret_post", "none"]
GRANTS = {"client_credentials": "client", "password": "user"}
"""Grant -> the kind of actor it gives tokens for."""


def secret_of(name: str) -> str:
    """The client secret of a seed's client application, by the name of its actor."""
    return f"secret-{name}"


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):  # type: ignore[misc]  # Authlib carries no types
    """A client application of the seed, or the public client that users sign in with."""

    name: str
    record: Mapping[str, Any] | None
    scopes: frozenset[str]

    def get_client_id(self) -> str:
        """The id it presents itself by."""
        return self.name

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scopes granted: all of the kind for none or `.default`; None for an unknown one."""
        asked = {_short(each) for each in (scope or ".default").split()}
        if asked <= {".default", ""}:
            return " ".join(sorted(self.scopes))
        return " ".join(sorted(asked)) if asked <= self.scopes else None

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether the secret is that of this client."""
        known = secret_of(self.name).encode()
        return self.record is not None and hmac.compare_digest(client_secret.encode(), known)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """A client application proves itself by its secret, the public client by nothing."""
        return method in (_METHODS[2:] if self.record is None else _METHODS[:2])

    def check_grant_type(self, grant_type: str) -> bool:
        """A client application gets tokens for itself, the public client for users."""
        return grant_type == ("password" if self.record is None else "client_credentials")


class _ClientCredentials(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS


class _Password(ResourceOwnerPasswordCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

    def authenticate_user(self, username: str, password: str) -> Mapping[str, Any]:
        """The user of this login name and password. Raises InvalidGrantError."""
        with g.world.transaction() as view:
            for user in view.find("user", "loginId", username):
                stored = user["password"]
                if stored and hmac.compare_digest(stored.encode(), password.encode()):
                    found: Mapping[str, Any] = user
                    return found
        raise InvalidGrantError("The user name or the password is wrong.")


def token_views(app: Flask, apis: Sequence[Api], worlds: Worlds) -> Blueprint:
    """The token address, alone for the first API that has one, or with an API's name."""
    views = Blueprint("tokens", __name__)
    issuing = {api.document.name: api for api in apis if _scopes(api, "client")}
    server = AuthorizationServer(app, query_client=_client, save_token=_save)
    server.register_client_auth_method("client_secret_basic", _by_basic)
    server.register_grant(_ClientCredentials)
    server.register_grant(_Password)

    @views.post("/oauth2/token")
    @views.post("/oauth2/token/<name>")
    def token(name: str | None = None) -> Response:
        api = issuing.get(name or next(iter(issuing), ""))
        if api is None:
            raise WorldRefusal(404, "no API served here issues tokens", "serve one with oauth2")
        g.api = api
        wanted = request.headers.get("Rulebound-World") or request.cookies.get("rulebound-world")
        g.world = worlds.get(wanted or DEFAULT).worlds[api.seed.name]
        # Authlib insists on https; on this machine there is nobody to listen in.
        request.scheme = "https"
        answer: Response = server.create_token_response()
        return answer

    return views


def _by_basic(query_client: Any, asked: Any) -> Client | None:
    """The client that a Basic header proves, or None. Raises InvalidClientError."""
    try:
        found: Client | None = authenticate_client_secret_basic(query_client, asked)
    except ValueError:
        # Authlib reads the header as if it were always base64 of UTF-8.
        text = "The Authorization header holds no client id and secret."
        raise InvalidClientError(status_code=401, description=text) from None
    return found


def _client(client_id: str) -> Client | None:
    if client_id == CONSOLE:
        return Client(CONSOLE, None, _scopes(g.api, "user"))
    actor = g.api.seed.actors.get(client_id)
    if actor is None or actor.kind != "client":
        return None
    return Client(client_id, actor.record, _scopes(g.api, "client"))


def _scopes(api: Api, kind: str) -> frozenset[str]:
    """The scopes that the document's schemes for this kind of actor know."""
    schemes = api.document.bundle.get("components", {}).get("securitySchemes", {})
    return frozenset(
        scope
        for scheme in schemes.values()
        if scheme.get("type") == "oauth2" and scheme.get("x-actor") == kind
        for flow in scheme["flows"].values()
        for scope in flow.get("scopes", {})
        if scope != ".default"
    )


def _short(scope: str) -> str:
    """A scope without the address the vendor writes before it."""
    return scope.rpartition("/")[2]


def _save(token: dict[str, Any], asked: Any) -> None:
    """Store a token that was issued as a row of the world. Called by Authlib."""
    world: World = g.world
    subject = asked.user or asked.client.record
    kind = GRANTS[asked.payload.grant_type]
    expires = world.clock.now() + timedelta(seconds=token["expires_in"])
    with world.transaction() as transaction:
        transaction.insert(
            "token",
            {
                "id": token["access_token"],
                "kind": kind,
                "subject": subject["id"],
                "scopes": token.get("scope", "").split(),
                "expires": format_date(expires),
            },
        )


def token_text(*_: Any, **__: Any) -> str:
    """A new access token."""
    return secrets.token_urlsafe(32)
