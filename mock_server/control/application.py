"""The control plane as a Flask application."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, jsonify, request
from flask_swagger_ui import get_swaggerui_blueprint
from rulebound.fixtures import WorldFault
from rulebound.mock_server.api import Api
from rulebound.mock_server.console.frame import Room
from rulebound.mock_server.console.views import console_views
from rulebound.mock_server.control.documents import documents_views
from rulebound.mock_server.control.entrance import PREFIX
from rulebound.mock_server.control.faults import faults_views
from rulebound.mock_server.control.journals import journal_views
from rulebound.mock_server.control.rules import rules_views
from rulebound.mock_server.control.tokens import GRANTS, LIFETIME, token_text, token_views
from rulebound.mock_server.control.worlds import inside_views, worlds_views
from rulebound.mock_server.explaining.smallest import Advisor
from rulebound.mock_server.stores.faults import Lost, WorldGone
from rulebound.mock_server.worlds import WorldRefusal, Worlds
from werkzeug.exceptions import HTTPException

_log = logging.getLogger("rulebound.stub")


def control_plane(
    apis: Sequence[Api],
    worlds: Worlds,
    token: str | None = None,
    advisor: Advisor | None = None,
) -> Flask:
    """The control plane over these APIs and worlds; `token` is what opens it from elsewhere,
    `advisor` knows what would have passed."""
    app = Flask("rulebound.mock_server.control")
    app.config["OAUTH2_ACCESS_TOKEN_GENERATOR"] = token_text
    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = dict.fromkeys(GRANTS, LIFETIME)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False
    operations = [each for api in apis for each in api.document.operations]
    rules = [rule.id for each in operations for rule in each.rules]
    app.register_blueprint(worlds_views(worlds, rules), url_prefix=PREFIX)
    app.register_blueprint(inside_views(worlds), url_prefix=PREFIX)
    app.register_blueprint(journal_views(apis, worlds, advisor), url_prefix=PREFIX)
    app.register_blueprint(rules_views(apis, worlds), url_prefix=PREFIX)
    app.register_blueprint(faults_views(apis, worlds), url_prefix=PREFIX)
    app.register_blueprint(documents_views(apis, worlds), url_prefix=PREFIX)
    app.register_blueprint(token_views(app, apis, worlds), url_prefix=PREFIX)
    app.register_blueprint(console_views(Room(apis, worlds, token, advisor)), url_prefix=PREFIX)
    app.register_blueprint(_swagger_ui(apis))
    app.register_error_handler(WorldRefusal, _refused)
    app.register_error_handler(WorldFault, _wrong)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Lost, _lost)
    return app


def _swagger_ui(apis: Sequence[Api]) -> Any:
    """Swagger UI from files that are installed, over every document, calling this very server."""
    names = [api.document.name for api in apis]
    urls = [{"name": n, "url": f"{PREFIX}/documents/{n}?servers=here"} for n in names]
    urls.append({"name": "control plane", "url": f"{PREFIX}/control"})
    config = {"app_name": "Rulebound", "urls": urls, "validatorUrl": None}
    return get_swaggerui_blueprint(f"{PREFIX}/docs", urls[0]["url"], config=config)


def _refused(refused: WorldRefusal) -> tuple[Response, int]:
    return jsonify(error=str(refused), instead=refused.instead), refused.status


def _wrong(fault: WorldFault) -> tuple[Response, int]:
    return jsonify(error=str(fault), instead="mend the request"), 400


def _lost(lost: Lost) -> tuple[Response, int]:
    """The store is out of reach, or the world was deleted meanwhile."""
    if isinstance(lost, WorldGone):
        return jsonify(error=str(lost), instead=f"GET {PREFIX}/worlds lists those there are"), 404
    # As it was sent: decoded, a path could hold a line of its own.
    _log.error("%s %s: %s", request.method, quote(request.path), lost)
    return jsonify(error=str(lost), instead="try again once the store is back"), 503


def _http(refused: HTTPException) -> tuple[Response, int]:
    text = refused.description or refused.name
    instead = f"GET {PREFIX}/health lists the calls, {PREFIX}/docs/ describes them"
    return jsonify(error=text, instead=instead), refused.code or 500
