"""What the tenant is stocked with: the records of the seeds' files, read as plain data, under ids,
tokens and passwords of the tenant's own."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tenant import oauth
from tenant.keys import Keys
from tenant.state import Record, Tables, stamped

SEEDS = Path(__file__).parent.parent.parent / "fixtures" / "seeds"
SEED_TIME = datetime.fromisoformat("2026-11-22T00:00:00+00:00")
_NOT_RECORDS = re.compile(r"^(tables|settings|actors.*)$")


@dataclass
class World:
    """One seed, re-keyed: its tables and settings, the id of every `table.name`, its actors."""

    tables: Tables = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    actors: dict[str, Record] = field(default_factory=dict)


def load(world: str, number: int = 1) -> World:
    """The seed of that name; the same number gives the same ids."""
    folder = SEEDS / world
    files = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    schemas = files["tables"]
    named = _records([data for stem, data in files.items() if not _NOT_RECORDS.match(stem)])
    keys = Keys(world, number)
    ids = keys.renamed({t: {n: r["id"] for n, r in rows.items()} for t, rows in named.items()})
    made = World({table: {} for table in schemas})
    made.settings = {name: schema["default"] for name, schema in files["settings"].items()}
    made.names = {f"{t}.{n}": new for t, rows in ids.items() for n, new in rows.items()}
    for table, rows in named.items():
        for name, row in rows.items():
            full = _defaults(schemas[table]) | _linked(row, made.names)
            full["id"] = ids[table][name]
            made.tables[table][full["id"]] = keys.secrets(table, full)
    actors = {n: a for s, data in files.items() if s.startswith("actors") for n, a in data.items()}
    for name, actor in actors.items():
        made.actors[name] = _actor(made, keys, name, actor)
    if world == "egain":
        _audit(made, keys)
    return made


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _records(files: list[Any]) -> dict[str, dict[str, Record]]:
    """table -> name -> record, with `like` and `times` carried out."""
    told: dict[str, dict[str, Record]] = {}
    for data in files:
        for table, rows in data.items():
            told.setdefault(table, {}).update(rows)
    return {
        table: dict(pair for name in rows for pair in _copies(name, _whole(rows, name)))
        for table, rows in told.items()
    }


def _whole(rows: dict[str, Record], name: str) -> Record:
    """A row with what it takes over from another; how many there are is its own affair."""
    row = dict(rows[name])
    like = row.pop("like", None)
    if like is None:
        return row
    whole = _whole(rows, like)
    return {key: whole[key] for key in whole if key not in ("times", "step")} | row


def _copies(name: str, row: Record) -> Iterator[tuple[str, Record]]:
    row = copy.deepcopy(row)
    times, steps = row.pop("times", None), row.pop("step", {})
    if times is None:
        yield name, row
        return
    for number in range(times):
        later = {f: _later(row[f], number * seconds) for f, seconds in steps.items()}
        yield f"{name}-{number + 1}", row | later | {"id": str(int(row["id"]) + number)}


def _later(date: str, seconds: int) -> str:
    return stamped(datetime.fromisoformat(date) + timedelta(seconds=seconds))


def _defaults(schema: Record) -> Record:
    properties = schema["properties"].items()
    return {name: copy.deepcopy(s["default"]) for name, s in properties if "default" in s}


def _linked(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"$id"}:
            return names[value["$id"]]
        return {key: _linked(item, names) for key, item in value.items()}
    return [_linked(item, names) for item in value] if isinstance(value, list) else value


def _actor(world: World, keys: Keys, name: str, actor: Record) -> Record:
    """Stores the actor's token or session; returns what it takes to be that actor."""
    record = world.tables[actor["is"].split(".")[0]][world.names[actor["is"]]]
    known = {"kind": actor["kind"], "record": record, "expires": _relative(actor.get("expires"))}
    if name in (*oauth.BY_CLIENT, *oauth.BY_PASSWORD):
        return known | {"oauth2": oauth.proof(keys, name), "scopes": actor["scopes"]}
    if name in oauth.BY_LOGIN:
        words = {"user": record["loginId"], "password": record["password"]}
        return known | {"login": words}
    if "token" in actor:
        row = {"kind": actor["kind"], "subject": record["id"], "scopes": actor["scopes"]}
        row["expires"] = known["expires"]
        return known | {"token": _stored(world, "token", name, keys.token(name), row)}
    if "session" in actor:
        row = {"user": record["id"], "expires": known["expires"]}
        for field in ("opened", "lastUsed"):
            row[field] = _relative(actor.get(field)) or {"after": -1}
        key = keys.uuid(actor["session"])
        return known | {"session": _stored(world, "session", name, key, row)}
    return known


def _stored(world: World, table: str, name: str, key: str, row: Record) -> str:
    world.names[f"{table}.{name}"] = key
    world.tables[table][key] = row | {"id": key}
    return key


def _audit(world: World, keys: Keys) -> None:
    """A user of the tenant's own who sees every department: reads back what others do."""
    user = copy.deepcopy(world.tables["user"][world.names["user.anna"]])
    key = str(max(int(key) for key in world.tables["user"]) + 11)
    user |= {"id": key, "loginId": "auditor", "externalId": None}
    user["password"] = keys.token("auditor")[:16]
    user["foreign"] = list(world.tables["department"])
    world.tables["user"][key] = user
    words = {"user": "auditor", "password": user["password"]}
    world.actors["auditor-console"] = {"kind": "user", "record": user, "login": words}


def _relative(date: str | None) -> Any:
    """A date near the seed's time becomes one as near to now ({after: seconds}, see state.py)."""
    if date is None:
        return None
    after = (datetime.fromisoformat(date) - SEED_TIME).total_seconds()
    return date if after < -86400 * 30 else {"after": after}
