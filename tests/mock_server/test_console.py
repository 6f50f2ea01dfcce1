"""The pages of the console: what they are served as, what they hold, and what they leave out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from rulebound.mock_server.console.files import own_files
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from stub_calls import A_TASK, EMAIL, PICK, PICKED, TASK, Caller, Running, as_user
from test_plain import CARD, LIBRARY

PAGES = (
    "requests",
    "rules",
    "rules/pick.at-least-one",
    "world",
    "actors",
    "faults",
    "try",
    "tables/egain/activity",
    "tables/egain/activity/40001",
)
HOSTILE = "<script>alert(1)</script>\"'&"
ELSEWHERE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[\w.-]+\.\w+")


class Read(HTMLParser):
    """Every element of a page with its attributes, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of this name."""
        return [found for name, found in self.elements if name == tag]


def _page(call: Caller, path: str) -> Read:
    told = call("GET", f"/_rulebound/console/{call.world}/{path}")
    assert told.status == 200, told.content[:500]
    return Read(told.content.decode())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_keeps_to_itself(call: Caller, path: str) -> None:
    """Each page is HTML with one heading and a title, not kept, and lets in nothing from outside:
    no inline script or style, no address elsewhere."""
    told = call("GET", f"/_rulebound/console/{call.world}/{path}")
    page = Read(told.content.decode())

    assert told.status == 200
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    assert told.headers["cache-control"] == "no-store"
    assert told.headers["x-content-type-options"] == "nosniff"
    policy = told.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert len(page.all("h1")) == len(page.all("title")) == len(page.all("main")) == 1
    assert page.all("html")[0]["lang"] == "en"
    assert all(each.get("src", "").startswith("/_rulebound/") for each in page.all("script"))
    assert not page.all("style")
    attributes = [name for _, found in page.elements for name in found]
    assert not [name for name in attributes if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_no_address_elsewhere(call: Caller, path: str) -> None:
    """Links, forms, scripts and styles all lead to this very stub."""
    page = _page(call, path)

    for _, found in page.elements:
        for name in ("href", "src", "action", "formaction", "poster", "srcset", "data-events"):
            value = found.get(name) or "/"
            assert value.startswith(("/", "#")) and not value.startswith("//"), value


@pytest.mark.parametrize("path", PAGES)
def test_every_table_and_field_says_what_it_is(call: Caller, path: str) -> None:
    """Tables have a caption, header cells a scope, fields a label, ids stand once."""
    page = _page(call, path)

    assert len(page.all("caption")) == len(page.all("table"))
    assert all(found.get("scope") for found in page.all("th"))
    labelled = {found.get("for") for found in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for found in page.all(tag):
            hidden = found.get("type") == "hidden"
            assert hidden or found.get("aria-label") or found["id"] in labelled, found
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(ids) == len(set(ids))


def test_the_console_s_files_are_kept_under_an_address_of_their_content(call: Caller) -> None:
    """What a page links is there, of its kind, and may be kept for ever under that address."""
    page = _page(call, "requests")
    linked = [found["href"] for found in page.all("link")] + [f["src"] for f in page.all("script")]
    kinds = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}

    for address in map(str, linked):
        told = call("GET", address)
        ending = address.rpartition(".")[2]
        assert told.status == 200
        assert told.headers["content-type"] == kinds.get(ending, "image/svg+xml")
        assert "immutable" in told.headers["cache-control"]
    old = call("GET", "/_rulebound/console/static/0123456789abcdef/console.css")
    assert (old.status, old.headers["cache-control"]) == (200, "no-store")
    assert call("GET", "/_rulebound/console/static/0123456789abcdef/views.py").status == 404


def test_no_file_of_the_console_names_an_address_elsewhere() -> None:
    """Stylesheet, scripts and templates ask for nothing that is not in the package."""
    templates = files("rulebound.mock_server.console").joinpath("templates", "console")
    texts = [each.read_text("utf-8") for each in templates.iterdir()]
    texts += [content.decode() for content in own_files().contents.values()]

    assert len(texts) > 15
    for text in texts:
        assert not ELSEWHERE.search(text)
        assert "@import" not in text


def test_who_asks_for_a_page_is_led_to_the_requests(call: Caller) -> None:
    """At the front door a browser gets the console; a program gets what it always got."""
    person = call("GET", "/_rulebound/", None, {"Accept": "text/html,*/*;q=0.8"})
    program = call("GET", "/_rulebound/", None, {"Accept": "*/*"})
    nobody = call("GET", "/_rulebound/")

    assert person.status == 302
    assert person.headers["location"] == "/_rulebound/console/default/requests"
    assert program.json["status"] == nobody.json["status"] == "ok"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("nowhere/requests", 404, "there is no world"),
        ("default/nothing", 404, "the console has no page"),
        ("default/rules/pick.at-least-on", 404, "did you mean pick.at-least-one"),
        ("default/requests/999999", 404, "no request"),
        ("default/requests/x", 404, "no request"),
        ("default/requests?page=x", 400, "is no number"),
        ("default/requests?status=teapot", 400, "is no status"),
        ("default/rules?show=x", 400, "is not known"),
        ("default/tables/egain/nothing", 404, "has no table"),
        ("default/tables/nothing/user", 404, "there is no seed"),
        ("default/tables/egain/user/0", 404, "has no record"),
        ("default/try?operation=x", 404, "there is no operation"),
        ("default/try?actor=x", 404, "there is no actor"),
    ],
)
def test_what_is_not_there_is_said_on_a_page(
    call: Caller, path: str, status: int, words: str
) -> None:
    """A wrong address is answered by a page with a sentence, and what to do instead."""
    told = call("GET", f"/_rulebound/console/{path}")
    text = " ".join(Read(told.content.decode()).texts)

    assert told.status == status
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    assert words.casefold() in text.casefold()
    assert "Instead:" in text


def test_a_world_that_is_not_there_writes_no_markup(call: Caller) -> None:
    """What an address holds is text on the page."""
    told = call("GET", "/_rulebound/console/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    again = call("GET", "/_rulebound/console/default/rules?q=%3Cscript%3Ealert(1)%3C/script%3E")

    assert b"<script>alert" not in told.content + again.content
    assert b"&lt;script&gt;alert" in again.content


def test_hostile_text_in_records_and_requests_stays_text(call: Caller) -> None:
    """Markup in a body, a query, a header or a record is shown as it was sent."""
    made = call("POST", TASK, {**A_TASK, "subject": HOSTILE}, as_user())
    assert made.status == 201
    call("PATCH", f"{PICK}?x=%3Cscript%3Ealert(1)", HOSTILE.encode(), as_user(**{"X-Odd": HOSTILE}))
    id = made.headers["location"].rpartition("/")[2]
    base = f"/_rulebound/console/{call.world}"

    paths = ("requests", "requests/1", "requests/2", f"tables/egain/activity/{id}")
    for path in (*paths, "tables/egain/activity?q=alert", "requests/2/change"):
        told = call("GET", f"{base}/{path}")
        assert told.status == 200
        assert b"<script>alert" not in told.content
        assert len(Read(told.content.decode()).all("h1")) == 1
    assert HOSTILE in _page(call, f"tables/egain/activity/{id}").texts


def test_the_deciding_rule_stands_first(call: Caller) -> None:
    """A refused request tells the rule, its sentence, its source, every rule, and what was sent
    without the credential."""
    call("PATCH", PICK, {"activity": []}, as_user("token-anna"))
    page = _page(call, "requests/1")
    text = " ".join(" ".join(page.texts).split())

    assert "Refused by pick.at-least-one A request picks at least one activity." in text
    assert "P44" in text
    assert "token-anna" not in text
    assert text.index("Refused by") < text.index("Sent") < text.index("1 broken")
    results = [found["class"] for found in page.all("li") if "rule" in (found.get("class") or "")]
    assert results.count("rule broken") == 1
    assert "rule kept" in results
    assert "rule not-reached" in results


def test_an_accepted_request_shows_what_it_changed(call: Caller) -> None:
    """Every changed field stands with its value before and after."""
    before = call.records("activity", id="40001")[0]
    assert call("PATCH", PICK, PICKED, as_user()).status == 204
    after = call.records("activity", id="40001")[0]
    text = " ".join(_page(call, "requests/1").texts)

    assert "Passed every rule" in text
    changed = [name for name in after if after[name] != before[name]]
    assert changed
    for name in changed:
        assert name in text


def test_a_rule_stands_on_a_page_of_its_own(call: Caller) -> None:
    """The page of a rule holds its sentence, sources, error, basis, witnesses and counts."""
    call("PATCH", PICK, {"activity": []}, as_user())
    call("PATCH", PICK, PICKED, as_user())
    text = " ".join(" ".join(_page(call, "rules/pick.at-least-one").texts).split())

    assert "A request picks at least one activity." in text
    assert "Met 2 Broken 1" in text
    assert "400-387" in text
    assert "documented" in text
    assert "must be refused" in text
    assert "rulebound explain pick.at-least-one" in text


def test_the_rule_book_is_searched(call: Caller) -> None:
    """Words find rules by sentence, id, source and code; the list may be narrowed by its fate."""
    call("PATCH", PICK, {"activity": []}, as_user())

    def rules(query: str) -> list[str]:
        links = [str(found.get("href")) for found in _page(call, f"rules?{query}").all("a")]
        inside = [href for href in links if "/rules/" in href]
        return [href.rpartition("/")[2] for href in inside]

    assert rules("q=PICKS+at+least+one") == ["pick.at-least-one"]
    assert rules("q=400-387") == ["pick.at-least-one"]
    assert rules("show=broken") == ["pick.at-least-one"]
    assert "pick.signed-in" in rules("show=met")
    assert len(rules("operation=pickActivities")) == 49
    assert rules("q=nothing-like-this") == []


def test_the_list_is_narrowed_by_operation_status_and_rule(running: Running, call: Caller) -> None:
    """Filters in the address choose among the requests of the world, and of no other."""
    call("PATCH", PICK, {"activity": []}, as_user())
    call("PATCH", PICK, PICKED, as_user())
    call("POST", EMAIL, {}, as_user())

    def numbers(query: str) -> list[str]:
        found = _page(call, f"requests?{query}").all("tr")
        return [str(row["id"]) for row in found if str(row.get("id", "")).startswith("request-")]

    assert numbers("") == ["request-3", "request-2", "request-1"]
    assert numbers("operation=pickActivities") == ["request-2", "request-1"]
    assert numbers("status=2xx") == ["request-2"]
    assert numbers("rule=pick.at-least-one") == ["request-1"]
    assert _page(running.caller.in_new_world(), "requests").all("template")
    assert "No request yet" in " ".join(_page(running.caller.in_new_world(), "requests").texts)


def test_an_api_of_one_s_own_has_every_page() -> None:
    """Documents and seeds that do not come with the kit are shown as those that do."""
    served = Running(build(Settings(apis=(LIBRARY,))))
    try:
        call = served.caller.in_new_world()
        seed = served.stub.apis[0].seed
        call("GET", "/library/books", None, CARD)
        call("GET", "/library/nowhere", None, CARD)
        tables = [f"tables/{seed.name}/{table}" for table in seed.tables]
        paths = ("requests", "requests/1", "requests/2", "rules", "world", "actors", "faults")
        for path in (*paths, "try", "world.yaml", *tables):
            told = call("GET", f"/_rulebound/console/{call.world}/{path}")
            assert told.status == 200, path
        for operation in served.stub.apis[0].document.operations:
            for rule in operation.rules:
                _page(call, f"rules/{rule.id}")
    finally:
        served.stop()
