"""Targets, parameters and credentials."""

# A case a line reads better than one cut to the width of a page.
# ruff: noqa: E501

from __future__ import annotations

from hostile_stub.case import (
    ACCEPT,
    CREATE,
    JSON,
    LANGUAGE,
    LEADSQUARED,
    LOGIN,
    LOGOUT,
    MEETING,
    OBJECT,
    PICK,
    PICKED,
    SEARCH,
    TASK,
    TASKED,
    V3,
    V12,
    Case,
    ask,
    pick,
    search,
)

PATHS = tuple(
    Case(f"path-{name}", f"A path {said} leads nowhere.", pick(line=f"PATCH {path}"), 404, OBJECT)
    for name, said, path in (
        ("double-slash", "with an empty part", PICK.replace("/pick", "//pick")),
        ("slashes", "that begins with two slashes", "/" + PICK),
        ("behind", "with a slash behind it", PICK + "/"),
        ("dot", "with a dot", PICK.replace("/pick", "/./pick")),
        ("dots", "with two dots", PICK.replace("/pick", "/../activity/pick")),
        ("dots-escaped", "with escaped dots", PICK.replace("/pick", "/%2e%2e/activity/pick")),
        ("slash-escaped", "with an escaped slash", PICK.replace("/pick", "%2Fpick")),
        ("backslash", "with a backslash", PICK.replace("/pick", "%5Cpick")),
        ("zero", "with a zero byte", PICK + "%00"),
        ("line-feed", "with a line feed", PICK + "%0A"),
        ("percent", "with half an escape", PICK + "%"),
        ("escape-noise", "with an escape that is none", PICK + "%zz"),
        ("not-utf-8", "that is no UTF-8", PICK + "%ff%fe"),
        ("parameter", "with a parameter in it", PICK + ";v=1"),
        ("passwd", "to a file of the machine", "/../../../../etc/passwd"),
        ("passwd-escaped", "to a file, escaped", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd"),
        ("passwd-twice", "to a file, escaped twice", "/%252e%252e/%252e%252e/etc/passwd"),
        ("git", "to the checkout", "/.git/config"),
        ("env", "to a file of secrets", "/.env"),
        ("metadata", "to a cloud's data", "/latest/meta-data/"),
        ("parts", "of three thousand parts", "/a" * 3000),
        ("long-part", "with a part of 7 KB", PICK + "/" + "a" * 7000),
        ("other-prefix", "below an API, with noise", "/core/casemgr/v3/%3Cscript%3E"),
        ("roots", "below two context roots", "/system/system" + SEARCH),
    )
)
# Values that are sent as they are: what a client library would never write.
QUERIES = tuple(
    Case(f"query-{name}", f"{said} is refused.", search(query), 400)
    for name, said, query in (
        ("zero", "A zero byte in a value", "customer=1%00"),
        ("not-utf-8", "A value that is no UTF-8", "customer=%ff%fe"),
        ("overlong", "A value in UTF-8 longer than needed", "customer=%c0%af"),
        ("surrogate", "A surrogate in a value", "customer=%ed%a0%80"),
        ("no-name", "A value without a name", "=1080"),
        ("unknown", "A name nobody knows", "customer=1080&__class__=x"),
        ("twice", "A name given twice", "customer=1080&customer=1081"),
        ("twice-escaped", "A name given twice, once escaped", "customer=1080&%63ustomer=1081"),
        ("many", "A thousand names", "customer=1080&" + "&".join(f"a{i}=1" for i in range(1000))),
        ("same-many", "A thousand times the same", "&".join(["customer=1080"] * 500)),
        ("array", "A name with brackets", "customer[]=1080&customer[$ne]=1"),
        ("pagesize-negative", "A negative page size", "customer=1080&$pagesize=-1"),
        ("pagesize-huge", "A page size of 300 digits", "customer=1080&$pagesize=" + "9" * 300),
        ("pagesize-digits", "A page size of 5,000 digits", "customer=1080&$pagesize=" + "9" * 5000),
        ("pagesize-wide", "A page size in other digits", "customer=1080&$pagesize=%D9%A1%D9%A0"),
        ("pagesize-exponent", "A page size with an exponent", "customer=1080&$pagesize=1e3"),
        ("pagesize-word", "A page size that is a word", "customer=1080&$pagesize=NaN"),
        ("pagenum-digits", "A page number of 400 digits", "customer=1080&$pagenum=" + "9" * 400),
        ("sort-noise", "An order by noise", "customer=1080&$sort=__class__"),
        ("order-noise", "A direction that is none", "customer=1080&$order=sideways"),
        ("attribute-noise", "Attributes of noise", "customer=1080&$attribute=__dict__,../x"),
        ("range-open", "A range without a beginning and an end", "createdDate=%5B,%5D"),
        ("range-half", "A range that does not end", "createdDate=%5B2026-10-02T10:15:30.123Z"),
        ("range-many", "A range of a thousand values", "createdDate=" + "2026,".join("[" * 2) + "2026," * 1000),
        ("range-brackets", "Three thousand brackets", "createdDate=" + "[" * 3000 + "]" * 3000),
        ("date-year", "A year beyond the calendar", "createdDate=99999-10-02T10:15:30.123Z"),
        ("date-month", "A month that is none", "createdDate=2026-13-45T25:61:61.999Z"),
        ("date-backtracking", "A date that makes patterns slow", "createdDate=" + "2026-10-02T" * 600 + "!"),
        ("pattern-backtracking", "A type that makes patterns slow", "type=generic_" + "a." * 3500 + "!"),
    )
)  # fmt: skip
EMPTY_OR_FOUND = tuple(
    Case(f"search-{name}", f"{said} is looked for, and nothing is found.", search(query), (200, 204, 400))
    for name, said, query in (
        ("far-page", "A page beyond 64 bits", "customer=1080&$pagenum=" + "9" * 40),
        ("sql", "A piece of SQL", "assignedUserName=x%27%20OR%20%271%27=%271"),
        ("markup", "Markup", "assignedUserName=%3Cscript%3Ealert(1)%3C/script%3E"),
        ("template", "A piece of a template", "assignedUserName=%7B%7B7*7%7D%7D%24%7B7*7%7D"),
        ("format", "A format of Python", "assignedUserName=%7B0.__class__.__mro__%7D"),
        ("percent-s", "A format of C", "assignedUserName=%25s%25n%25x"),
        ("line-feeds", "Line feeds that would begin a header", "assignedUserName=a%0d%0aSet-Cookie:%20x=y"),
        ("wildcards", "Five thousand wild cards", "assignedUserName=" + "*" * 5000),
        ("plus", "A pattern that backtracks", "assignedUserName=" + "(a%2B)%2B" * 500),
    )
)  # fmt: skip


def _v3(*lines: str) -> tuple[bytes]:
    return ask(f"PATCH {PICK}", ACCEPT, LANGUAGE, JSON, *lines, body=PICKED)


def _v12(*lines: str) -> tuple[bytes]:
    return ask(f"GET {SEARCH}?customer=1080", ACCEPT, *lines)


CREDENTIALS = (
    *(
        Case(f"token-{name}", f"A credential {said} admits nobody.", _v3(*lines), statuses)
        for name, said, lines, statuses in (
            ("none", "that is missing", (), 401),
            ("empty", "that is empty", ("Authorization:",), 401),
            ("bare", "without a token", ("Authorization: Bearer",), 401),
            ("basic", "of another scheme", ("Authorization: Basic YTpi",), 401),
            ("beyond-ascii", "beyond ASCII", ("Authorization: Bearer \xe9\xff\xfe",), (400, 401)),
            ("long", "of 20 KB", ("Authorization: Bearer " + "x" * 20_000,), (400, 401)),
            ("two", "of two tokens", ("Authorization: Bearer token-anna token-bob",), (400, 401)),
            ("lines", "given twice", ("Authorization: Bearer x", "Authorization: Bearer token-anna"), (400, 401)),
            ("format", "that is a format", ("Authorization: Bearer {0.__class__}",), 401),
            ("jwt-none", "signed by nobody", ("Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",), 401),
        )
    ),
    *(
        Case(f"session-{name}", f"A session {said} admits nobody.", _v12(*lines), statuses)
        for name, said, lines, statuses in (
            ("none", "that is missing", (), 401),
            ("noise", "that is noise", ("X-egain-session: ' OR 1=1 --",), 401),
            ("path", "that is a path", ("X-egain-session: ../../etc/passwd",), 401),
            ("lines", "given twice", (*V12[:1], *V12[:1]), (400, 401)),
            ("long", "of 20 KB", ("X-egain-session: " + "0" * 20_000,), (400, 401)),
        )
    ),
    Case("keys-none", "An appointment without keys is refused in LeadSquared's form.", ask(f"POST {CREATE}", ACCEPT, JSON, body=MEETING), 401, LEADSQUARED),
    Case("keys-twice", "Keys given twice are refused.", ask(f"POST {CREATE}?accessKey=access-liam&accessKey=x&secretKey=secret-liam", ACCEPT, JSON, body=MEETING), (400, 401), LEADSQUARED),
    Case("keys-noise", "Keys of noise are refused.", ask(f"POST {CREATE}?accessKey=%00%ff&secretKey=%zz", ACCEPT, JSON, body=MEETING), (400, 401), LEADSQUARED),
    Case("session-ended-twice", "A session nobody has is not ended.", ask(f"DELETE {LOGOUT}", "X-egain-session: 1", ACCEPT), 401),
    Case("login-list", "A log-in by a list is refused.", ask(f"POST {LOGIN}", ACCEPT, JSON, body=b'{"userName": ["anna"], "password": {"$ne": 1}}'), 400),
    Case("task-query-noise", "A query of noise is refused in the vendor's form.", ask(f"POST {TASK}&%ff=%00", *V3, JSON, body=TASKED), 400),
    Case("world-unknown", "A world that nobody made is told, not made.", pick("Rulebound-World: nobody"), (400, 404), OBJECT),
    Case("world-path", "The name of a world is no path.", pick("Rulebound-World: ../../etc"), (400, 404), OBJECT),
    Case("world-markup", "The name of a world is not given back as markup.", pick("Rulebound-World: <script>"), (400, 404), OBJECT),
    Case("world-long", "A name of a world of 20 KB is refused.", pick("Rulebound-World: " + "w" * 20_000), (400, 404), OBJECT),
    Case("world-lines", "Two worlds are refused.", pick("Rulebound-World: default", "Rulebound-World: x"), (400, 404), OBJECT),
)  # fmt: skip
CASES = (*PATHS, *QUERIES, *EMPTY_OR_FOUND, *CREDENTIALS)
