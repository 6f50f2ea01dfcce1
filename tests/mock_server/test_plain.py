"""An API of one's own needs a document and a seed, and no Python: the library of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stub import build
from rulebound.openapi.findings import DocumentError
from stub_calls import Caller, Running

LIBRARY = Path(__file__).parent / "library"
CARD = {"Cookie": "other=1; card=card-rosa"}


@pytest.fixture(scope="module")
def library() -> Iterator[Caller]:
    """A stub of the library alone."""
    served = Running(build(Settings(apis=(LIBRARY,))))
    yield served.caller
    served.stop()


@pytest.fixture
def ask(library: Caller) -> Caller:
    """A caller in a fresh library."""
    return library.in_new_world()


def test_a_record_is_created_as_its_map_says(ask: Caller) -> None:
    """Fields, status, header and body come from expressions of the document."""
    told = ask("POST", "/library/books", {"title": "Ada"}, CARD)

    assert (told.status, told.headers["location"]) == (201, "/library/books/13")
    assert told.json == {"id": "13", "title": "Ada", "shelf": "new", "reader": "1"}
    assert ask.records("book", "shelves", id="13") == [told.json]


def test_a_record_is_read_changed_and_removed(ask: Caller) -> None:
    """The plain deeds act on the record that the path names."""
    moved = ask("PUT", "/library/books/10", {"shelf": "loved"}, CARD)
    read = ask("GET", "/library/books/10", None, CARD)
    removed = ask("DELETE", "/library/books/10", None, CARD)
    gone = ask("GET", "/library/books/10", None, CARD)

    assert [each.status for each in (moved, read, removed, gone)] == [200, 200, 204, 404]
    assert read.json["shelf"] == moved.json["shelf"] == "loved"
    assert gone.json == {"error": {"code": "none", "text": "Sorry: There is no such book."}}


def test_a_search_wants_only_what_is_given(ask: Caller) -> None:
    """A value of null in the map of a search wants nothing."""
    novels = ask("GET", "/library/books?shelf=novels", None, CARD).json
    everything = ask("GET", "/library/books", None, CARD).json

    assert [book["title"] for book in novels["books"]] == ["Emma", "Dune"]
    assert everything["count"] == 3


def test_what_the_schema_refuses_is_refused_without_any_rule(ask: Caller) -> None:
    """A document without rules still holds requests to its schemas."""
    before = ask.digest()

    told = ask("POST", "/library/books", {"title": ""}, CARD)

    assert told.status == 400
    assert told.rule is None
    assert "title" in told.json["error"]["text"]
    assert ask.digest() == before


def test_a_body_that_cannot_be_read_is_refused_without_any_rule(ask: Caller) -> None:
    """Nor does it take a rule to refuse what is no JSON."""
    before = ask.digest()

    told = ask("POST", "/library/books", b"{", {**CARD, "Content-Type": "application/json"})

    assert told.status == 400
    assert ask.digest() == before


def test_an_unknown_reader_is_refused_without_any_rule(ask: Caller) -> None:
    """What security refuses and no rule speaks of is 401 all the same."""
    told = ask("GET", "/library/books", None, {"Cookie": "card=nobodys"})

    assert told.status == 401
    assert told.json["error"]["code"] == "401"


def test_an_answer_the_document_does_not_declare_is_not_given(ask: Caller) -> None:
    """The stub holds itself to the document: 500, nothing changed, and the journal says why."""
    told = ask("GET", "/library/books/10/cover", None, CARD)
    entry = ask.control("GET", f"/worlds/{ask.world}/journal?last=1").json["entries"][0]

    assert told.status == 500
    assert "picture" in entry["problem"]


def test_an_effect_rule_switched_off_leaves_the_deed_undone(ask: Caller) -> None:
    """Without its rule a plain effect answers and does nothing."""
    other = ask.in_new_world(off=["book.added"])

    told = other("POST", "/library/books", {"title": "Ada"}, CARD)

    assert told.status == 201
    assert len(other.records("book", "shelves")) == 3


@pytest.mark.parametrize("path", ["/", "/elsewhere", "//library/books", "/library/books/"])
def test_a_stub_of_one_api_answers_every_address(ask: Caller, path: str) -> None:
    """With one API there is no doubt whose form an unknown address is answered in."""
    assert ask("GET", path, None, CARD).json["error"]["code"] == "none"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("made.records", "made.", "is no expression"),
        ("title: body.title, shelf", "title: nobody.title, shelf", "no name 'nobody'"),
        ("{do: delete, table: book, id: \"path['book-id']\"}", "{steps: unheard}", "unheard"),
        ("operationId: readBook", "operationId: addBook", "addBook"),
        ("x-world: shelves\n", "", "x-world is missing"),
    ],
)
def test_a_broken_document_does_not_start(tmp_path: Path, old: str, new: str, said: str) -> None:
    """What is wrong is found when the stub is built, and told with its place."""
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    root = folder / "openapi.yaml"
    text = root.read_text()
    assert old in text
    root.write_text(text.replace(old, new, 1))

    with pytest.raises(DocumentError, match=said):
        build(Settings(apis=(folder,)))


def test_two_apis_under_one_path_do_not_start(tmp_path: Path) -> None:
    """Requests for two APIs have to be told apart by their path."""
    shutil.copytree(LIBRARY, tmp_path / "second")

    with pytest.raises(DocumentError, match="same path /library"):
        build(Settings(apis=(LIBRARY, tmp_path / "second")))
