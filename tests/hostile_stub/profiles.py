"""Profiles given to `rulebound profile check`: an edit each of one that says everything."""

# A case a line reads better than one cut to the width of a page.
# ruff: noqa: E501

from __future__ import annotations

from hostile_stub.files import Edit, bomb, folder, link_to, pipe

FILE = "profile.yaml"
URL = "https://staging.example.com/system/"


def _file(name: str, said: str, says: str, text: str | bytes = "", **more: object) -> Edit:
    return Edit(f"profile-{name}", f"A profile {said} is told.", says, text, file=FILE, **more)  # type: ignore[arg-type]


def _url(name: str, said: str, says: str, url: str) -> Edit:
    return _file(f"url-{name}", f"with an address {said}", says, url, old=URL)


PROFILES = (
    _file("bomb", "with a bomb of aliases", "aliases", bomb(10)),
    _file("twice", "that says a key twice", "twice", "profile: other\n"),
    _file("tag", "with a tag of Python", "tag", "x: !!python/object/apply:os.system ['touch {here}/canary']\n"),
    _file("tag-token", "whose token is a tag", "credential|tag", "{token: !!python/name:os.system canary}", old="{token: {env: STAGING_ANNA}}"),
    _file("deep", "of depth", "deeper", "x: " + "[" * 5000 + "]" * 5000 + "\n"),
    _file("empty", "that is empty", "no profile", whole=True),
    _file("list", "that is a list", "no profile", "- a\n", whole=True),
    _file("binary", "of noise", "UTF-8|no YAML", bytes(range(128, 256)) * 9),
    _file("pipe", "that is a pipe", "cannot be read", made=pipe),
    _file("endless", "that never ends", "cannot be read|larger|no YAML", made=link_to("/dev/zero")),
    _file("folder", "that is a folder", "cannot be read|folder|directory", made=folder),
    _file("nobody", "that is none", "cannot be read|no such|not exist", made=link_to("nowhere")),
    _file("key", "with a key nobody knows", "wings", "wings: 2\n"),
    _file("key-escapes", "with a key that would move the cursor", "x1b|key", '"a\\e[2Jb": 2\n'),
    _file("env-list", "whose variable is a list", "env", "{token: {env: [PATH]}}", old="{token: {env: STAGING_ANNA}}"),
    _file("env-noise", "whose variable has no name", "env", "{token: {env: 'a b=c'}}", old="{token: {env: STAGING_ANNA}}"),
    _file("seconds-never", "that would wait for ever", "no JSON number", "run: .inf", old="run: 60"),
    _file("seconds-negative", "that would wait for less than no time", "run", "run: -1", old="run: 60"),
    _file("bytes-all", "that would take everything", "bytes", "bytes: 1000000000000000000000000", old="bytes: 4096"),
    _file("rate-zero", "that would divide by nothing", "per-second", "per-second: 0", old="per-second: 0.5"),
    _file("requests-text", "whose budget is a text", "requests", "requests: many", old="requests: 2000"),
    _file("allow", "that allows what nobody knows", "allow", "allow: [everything]", old="allow: [read, create]"),
    _url("file", "of a file", "url", "file:///etc/passwd"),
    _url("script", "that is a script", "url", "javascript:alert(1)"),
    _url("credential", "with a credential in it", "url", "https://user:canary@staging.example.com/"),
    _url("bracket", "with half a bracket", "url", "https://[::1"),
    _url("port", "whose port is none", "url", "https://staging.example.com:99999/"),
    _url("blank", "with a blank", "url", "https://staging example.com/"),
    _url("clear", "in clear text", "url|insecure", "http://staging.example.com/"),
    _url("line-feed", "with a line feed", "url|YAML", "https://staging.example.com/\\nX: y"),
    _url("fold", "that only looks like another", "url", "https://staging.example.com\u2100.evil.example/"),
    _url("nobody", "of no host", "url", "https:///x"),
    _file("host-noise", "with a host of noise", "host", "hosts: ['*', 'a b']", old="hosts: [Login.example.com, '[::1]']"),
    _file("tolerates-pattern", "that tolerates noise", "tolerates", "'(a+)+$': [{status: 99999}]", old="appointment.*: [{status: 500}, {status: 400, code: Other}]"),
    _file("operation", "with an operation nobody has", "operation", "operations: {__class__: {requests: []}}", old="operations: {createAppointment: {requests: 300, calls: 25, seconds: 5}}"),
)  # fmt: skip
