"""Documents given to `rulebound check` and `rulebound serve`: an edit of a small good API each."""

# A case a line reads better than one cut to the width of a page.
# ruff: noqa: E501

from __future__ import annotations

from hostile_stub.files import Edit, bomb, folder, link_to, pipe

TITLE = "title: {type: string, examples: [Milk], maxLength: 10}"
LIMIT = "keyword: maxLength"
SHELF = "shelf: {one: body.shelf, table: shelf, by: name}"
REF = "schema: {$ref: '#/components/schemas/Error'}"
REQUIRE = "require: shelf != null"


def _title(name: str, said: str, says: str, schema: str, served: bool = False) -> Edit:
    return Edit(
        f"schema-{name}",
        f"A schema {said} is told.",
        says,
        f"title: {schema}",
        TITLE,
        served=served,
    )


def _ref(name: str, said: str, says: str, reference: str) -> Edit:
    return Edit(
        f"ref-{name}",
        f"A reference {said} is not followed.",
        says,
        f"schema: {{$ref: '{reference}'}}",
        REF,
    )


def _rule(name: str, said: str, says: str, condition: str, served: bool = False) -> Edit:
    return Edit(
        f"condition-{name}",
        f"A condition {said} is told.",
        says,
        f'require: "{condition}"',
        REQUIRE,
        served=served,
    )


FILES = (
    Edit("bomb", "A bomb of aliases is not unfolded.", "aliases", bomb(10)),
    Edit("bomb-wide", "A bomb of a hundred aliases is not unfolded.", "aliases", bomb(4, 50)),
    Edit("bomb-own", "A list that holds itself is told.", "alias", "x-a: &a [*a]\n"),
    Edit("twice", "A key given twice is told.", "twice", "info: {title: Other, version: '1'}\n"),
    Edit("twice-deep", "A key given twice further down is told.", "twice", "x-a: {b: 1, b: 2}\n"),
    Edit("tag-python", "A tag of Python makes nothing.", "tag", "x-a: !!python/object/apply:os.system ['touch {here}/canary']\n"),
    Edit("tag-name", "A tag that names a thing of Python names nothing.", "tag", "x-a: !!python/name:os.system\n"),
    Edit("tag-binary", "A tag of YAML is told.", "tag", "x-a: !!binary aGk=\n"),
    Edit("tag-own", "A tag of its own is told.", "tag", "x-a: !evil {b: c}\n"),
    Edit("merge", "A merge key is told.", "merge", "x-a: {<<: {b: c}}\n"),
    Edit("huge", "A file of 34 MB is not read.", "larger than", "#" * 34_000_000),
    Edit("deep", "A file 10,000 lists deep is not read.", "deeper", "x-a: " + "[" * 10_000 + "]" * 10_000 + "\n"),
    Edit("deep-open", "A file of 100,000 lists that are opened only is not read.", "deeper|no YAML", "x-a: " + "[" * 100_000),
    Edit("deep-blocks", "A file 300 blocks deep is not read.", "deeper", "x-a:\n" + "".join(f"{' ' * i}a:\n" for i in range(1, 300))),
    Edit("infinite", "Infinity is no number of a document.", "no JSON number", "x-a: .inf\n"),
    Edit("digits", "A number of 5,000 digits is told.", "no JSON number", "x-a: " + "9" * 5000 + "\n"),
    Edit("hex-digits", "A hexadecimal number of 5,000 digits is told.", "no JSON number|maxLength", "title: {type: string, maxLength: 0x" + "f" * 5000 + "}", TITLE),
    Edit("float-huge", "A number beyond doubles is told.", "no JSON number", "x-a: 1e999\n"),
    Edit("key-list", "A key that is a list is told.", "key", "? [a, b]\n: c\n"),
    Edit("alias-unknown", "An alias of nothing is told.", "alias", "x-a: *nowhere\n"),
    Edit("second", "A second document in a file is told.", "second document", "---\na: b\n"),
    Edit("empty", "An empty file is told.", "openapi", "", whole=True),
    Edit("list", "A list is no document.", "openapi|map", "- a\n", whole=True),
    Edit("text", "A text is no document.", "openapi|map", "hello\n", whole=True),
    Edit("binary", "A file of noise is told.", "UTF-8|no YAML", bytes(range(128, 256)) * 100),
    Edit("utf-16", "A file in UTF-16 is told.", "UTF-8|no YAML", "openapi: 3.1.0".encode("utf-16")),
    Edit("zero", "A file with a zero byte is told.", "no YAML", b"openapi: 3.1.0\x00\n"),
    Edit("tabs", "A file that is indented by tabs is told.", "no YAML", "x-a:\n\tb: c\n"),
    Edit("open-quote", "A quote that does not end is told.", "no YAML", 'x-a: "b\n'),
    Edit("old", "A document of Swagger 2.0 is told.", "openapi", "swagger: '2.0'\ninfo: {title: a, version: '1'}\npaths: {}\n", whole=True),
    Edit("no-paths", "A document without paths is told.", "path|operation", "openapi: 3.1.0\ninfo: {title: a, version: '1'}\n", whole=True),
    Edit("pipe", "A pipe is not waited for.", "cannot be read|no file", made=pipe),
    Edit("endless", "A device that never ends is not read.", "cannot be read|leaves|larger|no YAML|no file", made=link_to("/dev/zero")),
    Edit("folder", "A folder is no file.", "cannot be read|openapi.yaml", made=folder),
    Edit("link-broken", "A link to nothing is told.", "cannot be read|openapi.yaml", made=link_to("nowhere")),
    Edit("link-loop", "A link to itself is told.", "cannot be read|openapi.yaml", made=link_to("openapi.yaml")),
)  # fmt: skip
LEVELS = "".join(
    f"    L{level}: {{type: object, properties: {{"
    + ", ".join(f"p{i}: {{$ref: '#/components/schemas/L{level - 1}'}}" for i in range(10))
    + "}}\n"
    for level in range(1, 10)
)
REFERENCES = (
    Edit("ref-bomb", "References that multiply a thousand million times are not written out.", "too large|too deep|fewer references", f"    L0: {{type: string}}\n{LEVELS}    Error:", "    Error:"),
    _ref("http", "to the network", "remote", "http://127.0.0.1:{port}/error.yaml"),
    _ref("https", "to the network by TLS", "remote", "https://127.0.0.1:{port}/error.yaml"),
    _ref("scheme-relative", "to a host without a scheme", "remote", "//127.0.0.1:{port}/error.yaml"),
    _ref("file", "to a file of the machine", "remote", "file:///etc/passwd"),
    _ref("absolute", "to an absolute path", "relative", "/etc/passwd"),
    _ref("up", "that leaves the folder", "leaves", "../../../../../../../etc/passwd"),
    _ref("up-escaped", "that leaves the folder, escaped", "leaves", "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd"),
    _ref("backslash", "with backslashes", "relative", "..\\\\..\\\\secret"),
    _ref("zero", "with a zero byte", "relative|no such|cannot|inside", "a%00b"),
    _ref("nowhere", "to a place that is none", "nothing|dangling|no such|not there|holds no", "#/components/schemas/Nobody"),
    _ref("no-file", "to a file that is none", "no file", "nobody.yaml"),
    _ref("itself", "of a document to itself", "cycl|itself|round|schema|keyword|never", "#"),
    _ref("long", "of 100 KB", "reference|cannot be read|holds no|nothing", "#/" + "a/" * 50_000),
    Edit("ref-round", "References that go round and lead to nothing are told.", "cycl|itself|round|never", "    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}\n    Error:", "    Error:"),
    Edit("ref-path-round", "A path that refers to itself is told.", "cycl|itself|round|never", "  /other: {$ref: '#/paths/~1other'}\n  /notes:", "  /notes:"),
    Edit("ref-list", "A reference that is a list is told.", "reference|ref", "schema: {$ref: [a, b]}", REF),
)  # fmt: skip
SCHEMAS = (
    _title("yes", "whose unquoted yes other readers take for true", "yes", "{type: string, enum: [yes, no], maxLength: 10}", served=True),
    _title("pattern-slow", "whose pattern makes readers slow", "repetition inside repetition", "{type: string, examples: [aa], maxLength: 10, pattern: '^(a+)+$'}", served=True),
    _title("pattern-look", "whose pattern looks around", "look-around", "{type: string, examples: [aa], maxLength: 10, pattern: '^(?=a)a+$'}", served=True),
    _title("pattern-broken", "whose pattern is none", "pattern", "{type: string, maxLength: 10, pattern: '('}"),
    _title("type", "of a type nobody knows", "type", "{type: strung, maxLength: 10}"),
    _title("negative", "of negative length", "maxLength|minimum|-1", "{type: string, maxLength: -1}"),
    _title("huge", "of a length beyond doubles", "no JSON number", "{type: string, maxLength: 1e999}"),
    _title("list", "that is a list", "schema|map|list|object", "[string]"),
    _title("remote-dialect", "of a dialect from the network", "schema|remote|dialect", "{$schema: 'http://127.0.0.1:{port}/meta', type: string, maxLength: 10}"),
    _title("remote-id", "with an address from the network", r"\$id|remote|reference", "{$id: 'http://127.0.0.1:{port}/id', type: string, maxLength: 10}"),
    _title("dynamic", "with a dynamic reference", "dynamic|reference|schema", "{$dynamicRef: 'http://127.0.0.1:{port}/d', type: string, maxLength: 10}"),
)  # fmt: skip
CONDITIONS = (
    _rule("import", "that would import", "condition|name|meaning", "__import__('os').system('touch {here}/canary')"),
    _rule("builtins", "that names what Python has", "name", "__builtins__.open == 1"),
    _rule("call", "that calls what is no function", "function|name|known", "open('/etc/passwd') == 'a'"),
    _rule("eval", "that would be evaluated twice", "function|name|known", "eval('1') == 1"),
    _rule("lambda", "that is a program", "meaning|condition|name|expected", "(lambda: 1)() == 1"),
    _rule("comprehension", "that is a comprehension of Python", "meaning|condition|name|expected", "[x for x in body] == []"),
    _rule("method", "with a method nobody knows", "method", "body.title.format(actor) == 'a'"),
    _rule("pattern", "whose pattern makes readers slow", "repetition inside repetition", "body.title.matches('^(a+)+$')", served=True),
    _rule("deep", "nested 5,000 deep", "at most", "(" * 5000 + "true" + ")" * 5000),
    _rule("nots", "with 5,000 negations", "at most", "!" * 5000 + "true"),
    _rule("long", "of 50,000 parts", "at most", " && ".join(["true"] * 50_000)),
    _rule("digits", "with a number of 5,000 digits", "at most", "1 == " + "9" * 5000),
    _rule("noise", "of noise", "condition|meaning|expected|end", "&& || ]) ?:"),
    _rule("empty", "that is empty", "an expression as text", ""),
    Edit("fact-python", "A fact that reaches into Python is told.", "fact|place|name|condition|body|known", "shelf: {one: '__import__(0)', table: shelf, by: name}", SHELF),
    Edit("fact-table", "A fact of a table nobody has is told.", "table", "shelf: {one: body.shelf, table: __dict__, by: name}", SHELF, served=True),
    Edit("fact-field", "A fact by a field nobody has is told.", "field|by|__class__", "shelf: {one: body.shelf, table: shelf, by: __class__}", SHELF, served=True),
    Edit("effect-unknown", "An effect nobody knows is told.", "effect|do", "do: system", "do: create"),
    Edit("effect-python", "An effect that reaches into Python is told.", "name|condition|meaning|function|known", "Location: \"__import__('os').system('touch {here}/canary')\"", "Location: \"'/notes/v1/notes/' + made.id\""),
    Edit("world-up", "A world that leaves the folder is told.", "world|seed|folder|relative|leaves", "x-world: ../../../../../../etc", "x-world: seed"),
    Edit("world-absolute", "A world at an absolute path is told.", "world|seed|folder|relative|leaves", "x-world: /etc", "x-world: seed"),
    Edit("phases", "A phase nobody has is told.", "phase", "phase: __class__", "phase: schema"),
    Edit("status", "A status of five digits is told.", "status", "error: {status: 40000, code: N-5", "error: {status: 400, code: N-5"),
    Edit("message-format", "A message with a format of Python is told.", "placeholder", "message: '{0.__class__.__mro__}'", "message: The title is too long.", served=True),
    Edit("escapes", "What would move the cursor of a terminal is not printed.", "operationId|name|createNote", 'operationId: "a\\e[2J\\e]0;x\\a"', "operationId: createNote"),
    Edit("server", "A server's address of noise is told.", "address", "servers: [{url: 'http://[::1/{x}'}]", "servers: [{url: 'http://notes.example.com/notes/v1'}]"),
    Edit("path-noise", "A path of braces is told.", "brace", "  /{{a}{b:\n", "  /notes:\n"),
)  # fmt: skip
DOCUMENTS = (*FILES, *REFERENCES, *SCHEMAS, *CONDITIONS)
