"""Seeds and witnesses given with a document: an edit each of the small API's own."""

# A case a line reads better than one cut to the width of a page.
# ruff: noqa: E501

from __future__ import annotations

from hostile_stub.files import Edit, bomb, pipe

RECORDS, TABLES, ACTORS, SETTINGS = (
    f"seed/{each}.yaml" for each in ("records", "tables", "actors", "settings")
)
WITNESSES = "witnesses/note.yaml"
OLD = "old: {id: '101', title: Old, shelf: {$id: shelf.red}, author: {$id: user.ada}}"


def _record(name: str, said: str, says: str, text: str) -> Edit:
    return Edit(f"record-{name}", f"A record {said} is told.", says, text, OLD, file=RECORDS)


SEEDS = (
    Edit("witness-bomb", "A bomb of aliases among witnesses is not unfolded.", "aliases", bomb(10), file=WITNESSES, served=True),
    Edit("witness-tag", "A tag of Python among witnesses makes nothing.", "tag", "x: !!python/object/apply:os.system ['touch {here}/canary']\n", file=WITNESSES, served=True),
    Edit("witness-twice", "Witnesses that say a key twice are told.", "twice", "api: notes\n", file=WITNESSES, served=True),
    Edit("witness-list", "Witnesses that are a list are told.", "witness|map|written|wrong type|list", "- a\n", whole=True, file=WITNESSES, served=True),
    Edit("witness-noise", "Witnesses of noise are told.", "UTF-8|no YAML", bytes(range(128, 256)), file=WITNESSES, served=True),
    Edit("witness-pipe", "Witnesses that are a pipe are not waited for.", "cannot be read", file=WITNESSES, made=pipe, served=True),
    Edit("seed-bomb", "A bomb of aliases in a seed is not unfolded.", "aliases", bomb(10), file=RECORDS),
    Edit("seed-twice", "A record given twice is told.", "twice", "  old: {id: '102'}\n", file=RECORDS),
    Edit("seed-tag", "A tag of Python in a seed makes nothing.", "tag", "other: !!python/object/apply:os.system ['touch {here}/canary']\n", file=RECORDS),
    Edit("seed-deep", "A seed of depth is told.", "deeper", "other: " + "[" * 5000 + "]" * 5000 + "\n", file=RECORDS),
    Edit("seed-list", "A seed that is a list is told.", "map|records|written|wrong type", "- a\n", whole=True, file=RECORDS),
    Edit("seed-pipe", "A seed that is a pipe is not waited for.", "cannot be read", file=RECORDS, made=pipe),
    Edit("seed-table", "A table nobody has is told.", "table", "__class__:\n  a: {id: '1'}\n", file=RECORDS),
    _record("times", "copied a thousand million times", "times|copies|at most|many|maximum", "old: {id: '101', title: Old, shelf: {$id: shelf.red}, author: {$id: user.ada}, times: 1000000000}"),
    _record("times-negative", "copied less than no times", "times|copies|minimum|at least", "old: {id: '101', title: Old, shelf: {$id: shelf.red}, author: {$id: user.ada}, times: -1}"),
    _record("nobody", "that names nobody", "nobody", "old: {id: '101', title: Old, shelf: {$id: shelf.nobody}, author: {$id: user.ada}}"),
    _record("round", "that names itself for ever", "round|itself|cycl|old", "old: {$like: note.old}"),
    _record("id-list", "whose id is a list", "id|type|text", "old: {id: [1], title: Old, shelf: {$id: shelf.red}, author: {$id: user.ada}}"),
    _record("field", "with a field nobody has", "field|wings", "old: {id: '101', wings: 2}"),
    _record("date", "with a date that is none", "now|date|\\$", "old: {id: '101', title: {$now: '__import__(0)'}, shelf: {$id: shelf.red}, author: {$id: user.ada}}"),
    _record("id-twice", "with the id of another", "id|two|taken|stands|same", "old: {id: '101', title: Old, shelf: {$id: shelf.red}, author: {$id: user.ada}}\n  older: {id: '101', title: Old, shelf: {$id: shelf.red}, author: {$id: user.ada}}"),
    Edit("tables-ids", "A table with ids of a kind nobody knows is told.", "ids", "ids: system", "ids: digits", file=TABLES),
    Edit("tables-remote", "A table that refers to the network is told.", "no JSON Schema", "title: {$ref: 'http://127.0.0.1:{port}/x'}", "title: {type: string}", file=TABLES),
    Edit("tables-noise", "Tables of noise are told.", "table|map|written|wrong type", "[1, 2]\n", whole=True, file=TABLES),
    Edit("actors-kind", "An actor of a kind nobody knows is told.", "kind", "kind: root", "kind: user", file=ACTORS),
    Edit("actors-nobody", "An actor who is nobody is told.", "nobody", "is: user.nobody", "is: user.ada", file=ACTORS),
    Edit("actors-token", "A token that is a list is told.", "token", "token: [a]", "token: token-ada", file=ACTORS),
    Edit("settings-list", "Settings that are a list are told.", "map|settings|written|wrong type", "- a\n", whole=True, file=SETTINGS),
)  # fmt: skip
