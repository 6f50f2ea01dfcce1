"""JSON and XML, in and out, errors included."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from acceptance import asked
from acceptance.wire import Answer, Caller

XML = "application/xml"
JSON = "application/json"
V12 = "{http://bindings.egain.com/ws/model/v12/gen/interaction/activity}"
COMMON = "{http://bindings.egain.com/ws/model/v12/gen/common}"


def element(name: str, value: Any) -> str:
    """A JSON value as XML by name: elements are the keys, a list repeats its element."""
    if isinstance(value, list):
        return "".join(element(name, each) for each in value)
    inner = "".join(element(*each) for each in value.items()) if isinstance(value, dict) else value
    return f"<{name}>{inner}</{name}>"


def tree(answer: Answer) -> ElementTree.Element:
    """The root element of an XML answer."""
    assert answer.media.startswith(XML), answer.text
    return ElementTree.fromstring(answer.content)


def as_xml(headers: dict[str, str], accept: str = XML) -> dict[str, str]:
    """The headers of a request whose body is XML."""
    return {**headers, "Content-Type": XML, "Accept": accept}


@pytest.mark.parametrize("name", ["createTaskActivity", "createIncomingEmailActivity"])
def test_an_activity_is_created_from_xml_as_from_json(world: Caller, name: str) -> None:
    """The same elements make the same record, whichever way they are written."""
    request, made = asked.ALL[name], []
    for body, headers in (
        (element("activity", request.body), as_xml(request.headers)),
        (request.body, request.headers),
    ):
        answer = request.send(world, body=body, headers=headers)
        assert (answer.status, answer.content) == (201, b"")
        id = answer.headers["location"].rpartition("/")[2]
        made.append({**world.records("activity", id=id)[0], "id": None, "case": None})
    assert made[0] == made[1]


def test_a_user_logs_in_by_xml(world: Caller) -> None:
    """A login takes XML too; the session it gives is open."""
    body = element("user", asked.login.body)
    answer = asked.login.send(world, body=body, headers={"Content-Type": XML})
    assert answer.status == 204
    session = answer.headers["x-egain-session"]
    assert asked.search.send(world, headers=asked.v12(session)).status == 200


def test_a_search_finds_the_same_in_both_representations(world: Caller) -> None:
    """XML lists the ids and subjects that JSON lists, in the namespaces of the vendor."""
    plain = asked.search.send(world).json["activity"]
    root = tree(asked.search.send(world, headers=asked.v12(Accept=XML)))
    assert root.tag == f"{V12}activities"
    found = root.findall(f"{V12}activity")
    assert [each.get("id") for each in found] == [each["id"] for each in plain]
    subjects = [each.findtext(f"{V12}subject") for each in found]
    assert subjects == [each["subject"] for each in plain]


ACCEPTS = {
    None: XML,
    "*/*": XML,
    JSON: JSON,
    XML: XML,
    "application/json;q=0.3, application/xml;q=0.9": XML,
    "application/json, application/xml;q=0.9": JSON,
    "text/html, application/json;q=0.1": JSON,
    "application/xml;q=0, */*": JSON,
}


@pytest.mark.parametrize("accept", ACCEPTS)
def test_accept_chooses_the_representation_of_a_search(world: Caller, accept: str | None) -> None:
    """Without a wish the v12 guide's XML; else what Accept likes best, errors included."""
    headers = asked.search.without("Accept") | ({"Accept": accept} if accept else {})
    assert asked.search.send(world, headers=headers).media.partition(";")[0] == ACCEPTS[accept]
    refused = asked.search.send(world, headers=headers, query={})
    assert (refused.status, refused.media.partition(";")[0]) == (400, ACCEPTS[accept])


@pytest.mark.parametrize(
    "name", ["pickActivities", "createTaskActivity", "createIncomingEmailActivity"]
)
def test_v3_answers_json_unless_xml_is_asked_for(world: Caller, name: str) -> None:
    """Errors of v3 are JSON by default, and XML of the same members on request."""
    request = asked.ALL[name]
    for accept in (None, "*/*", JSON):
        headers = request.without("Accept") | ({"Accept": accept} if accept else {})
        answer = request.send(world, headers=headers, query={"colour": "blue"})
        assert (answer.status, answer.media, answer.code) == (400, JSON, "400-101")
    root = tree(request.send(world, headers={**request.headers, "Accept": XML}, query={"x": "1"}))
    assert (root.tag, [each.tag for each in root]) == ("error", ["code", "developerMessage"])
    assert root.findtext("code") == "400-101"


def test_v12_errors_in_xml_stand_in_the_vendors_namespace(world: Caller) -> None:
    """Root error, code and developerMessage, all of the common namespace."""
    root = tree(asked.search.send(world, headers=asked.v12(None, Accept=XML)))
    assert (root.tag, root.findtext(f"{COMMON}code")) == (f"{COMMON}error", "401-101")
    assert root.findtext(f"{COMMON}developerMessage")


WITH_LISTED_ACCEPT = [
    "pickActivities",
    "createTaskActivity",
    "createIncomingEmailActivity",
    "searchActivities",
]


@pytest.mark.parametrize("name", WITH_LISTED_ACCEPT)
def test_what_neither_representation_fits_is_not_acceptable(world: Caller, name: str) -> None:
    """Accept: text/html is 406 where the page lists its values, told in a listed one after all."""
    request = asked.ALL[name]
    answer = request.send(world, headers={**request.headers, "Accept": "text/html"})
    assert answer.status == 406
    assert answer.media in {JSON, XML}
    assert b"406-101" in answer.content


HOSTILE = {
    "not closed": "<activity><subject>x</subject>",
    "entity": '<!DOCTYPE a [<!ENTITY b "c">]><activity><subject>&b;</subject></activity>',
    "entity bomb": '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
    "outside entity": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "two roots": "<activity/><activity/>",
    "deep": "<a>" * 5000 + "</a>" * 5000,
    "no XML": "department",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_a_faulty_body(world: Caller, name: str) -> None:
    """Entities, depth and broken markup are 400 in XML, and change nothing."""
    before = world.digest()
    answer = asked.task.send(world, body=HOSTILE[name], headers=as_xml(asked.task.headers))
    assert answer.status == 400
    assert tree(answer).findtext("code", "").startswith("400-")
    assert world.digest() == before


def test_a_pick_takes_no_xml(world: Caller) -> None:
    """Its page prints a JSON body alone: XML is 400, explained in XML to those who accept that."""
    body = element("activities", asked.pick.body)
    answer = asked.pick.send(world, body=body, headers=as_xml(asked.pick.headers))
    assert (answer.status, tree(answer).findtext("code")) == (400, "400-100")


def test_leadsquared_speaks_json_alone(world: Caller) -> None:
    """Whatever is accepted, an answer is JSON; a body of XML is 400 in the vendor's form."""
    for accept in (XML, "*/*", "text/html"):
        answer = asked.appointment.send(world, headers={**asked.KEYS, "Accept": accept})
        assert answer.media == JSON
    refused = asked.appointment.send(
        world, body="<Name>x</Name>", headers={**asked.KEYS, "Content-Type": XML}
    )
    assert (refused.status, refused.media) == (400, JSON)
    assert set(json.loads(refused.content)) == {"Status", "ExceptionType", "ExceptionMessage"}
