"""Pages, ranges, order and representation of one and the same result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from rulebound.contract_tests.properties.asking import EVERYTHING, JSON, Asker, Page
from rulebound.contract_tests.properties.chance import one_of
from rulebound.contract_tests.properties.searching import Query, Searching
from rulebound.contract_tests.properties.shown import (
    Shown,
    at,
    date_of,
    id_of,
    listed,
    number,
    text_at,
)

Key = Callable[[Shown], Any]
KEYS: dict[str, Key] = {
    "id": number,
    "case": lambda each: _digits(at(each, "case.id")),
    "created": lambda each: date_of(each, "created"),
    "lastModified": lambda each: date_of(each, "lastModified"),
    "dueDate": lambda each: date_of(each, "dueDate"),
    "department": lambda each: text_at(each, "department.name"),
}
"""What can be sorted by, and what of an activity then decides."""


@dataclass(frozen=True)
class Paging:
    """The relations that concern how a result is cut, ordered and written."""

    searching: Searching

    def pages(self, data: st.DataObject) -> None:
        """Pages put together are the whole: no overlap, no gap; behind the last is nothing."""
        query = self._broad(data)
        with self.searching.asker() as asker:
            whole = [id_of(each) for each in asker.whole(query)]
            size = data.draw(st.integers(1, max(1, min(75, len(whole)))))
            first = data.draw(st.integers(1, len(whole) // size + 1))
            for place in (first, first + 1):
                page = asker.page({**query, "$pagenum": str(place), "$pagesize": str(size)})
                wanted = whole[(place - 1) * size : place * size]
                self._slice(asker, "searching.pages-make-the-whole", page, wanted)
                self._pagination(asker, page, len(whole), place, size)

    def ranges(self, data: st.DataObject) -> None:
        """A range is that stretch of the whole."""
        query = self._broad(data)
        with self.searching.asker() as asker:
            whole = [id_of(each) for each in asker.whole(query)]
            start = data.draw(st.integers(1, len(whole) + 1))
            size = data.draw(st.integers(1, 75))
            page = asker.page({**query, "$rangestart": str(start), "$rangesize": str(size)})
            wanted = whole[start - 1 : start - 1 + size]
            self._slice(asker, "searching.range-is-a-slice", page, wanted)
            if page.pagination is not None:
                asker.fail("searching.range-is-a-slice", "a range carries paginationInfo")

    def sorts(self, data: st.DataObject, name: str) -> None:
        """Sorted up and sorted down are the same activities, turned round; ties stay by id."""
        query, key = self._broad(data), KEYS[name]
        with self.searching.asker() as asker:
            plain = asker.whole(query)
            up = asker.whole({**query, "$sort": name, "$order": "asc"}, "created")
            down = asker.whole({**query, "$sort": name, "$order": "desc"}, "created")
            for found, word in ((up, "asc"), (down, "desc")):
                if sorted(map(id_of, found)) != sorted(map(id_of, plain)):
                    asker.fail("searching.sorting", f"$sort={name} {word} finds another set")
                held = [each for each in found if key(each) is not None]
                wanted = sorted(held, key=number)
                wanted.sort(key=key, reverse=word == "desc")
                if _ids(held) != _ids(wanted):
                    what = f"$sort={name} {word} gives {_first_unlike(held, wanted, key)}"
                    asker.fail("searching.sorting", what)

    def repeats(self, data: st.DataObject) -> None:
        """The same question, its parameters turned round, or in XML, has the same answer."""
        query = self._broad(data)
        if data.draw(st.booleans()):
            query = {**query, "$sort": one_of(data, ("department", "case", "dueDate"))}
        start = data.draw(st.integers(1, 30))
        query = {**query, "$rangestart": str(start), "$rangesize": "20"}
        turned = dict(reversed(query.items()))
        with self.searching.asker() as asker:
            first = asker.page(query)
            for other in (asker.page(turned), asker.page(query, "application/xml")):
                if other.ids != first.ids:
                    what = f"{query} is answered with {first.ids[:8]}, then with {other.ids[:8]}"
                    asker.fail("searching.same-question-same-answer", what)
            again = asker.page(query, JSON)
            if again.answer.body != first.answer.body:
                what = f"{query} is answered in other words the second time"
                asker.fail("searching.same-question-same-answer", what)

    def nothing(self, data: st.DataObject) -> None:
        """What matches nothing is answered by 204 without a body."""
        query = self.searching.filters(data, 1)
        empty = data.draw(st.sampled_from(("page", "id", "range")))
        if empty == "page":
            query = {**query, "$pagenum": str(data.draw(st.integers(100, 10_000)))}
        elif empty == "id":
            query = {"customer": str(data.draw(st.integers(10**14, 10**15)))}
        else:
            query = {"createdDate": "[1971-01-01T00:00:00.000Z,1971-01-02T00:00:00.000Z]"}
        with self.searching.asker() as asker:
            page = asker.page(query)
            if page.answer.status != 204:
                asker.fail("searching.nothing-is-204", f"{query} finds {page.ids[:5]}")

    def _broad(self, data: st.DataObject) -> Query:
        """Filters that let through a good deal."""
        if data.draw(st.integers(0, 2)):
            return one_of(data, ({"status": "open"}, EVERYTHING, {"mode": "inbound"}))
        return self.searching.filters(data, 1)

    @staticmethod
    def _slice(asker: Asker, relation: str, page: Page, wanted: Sequence[str]) -> None:
        if page.ids != list(wanted):
            query = dict(page.built.request.query)
            asker.fail(relation, f"{query} shows {page.ids[:8]}, not {list(wanted)[:8]}")

    def _pagination(self, asker: Asker, page: Page, total: int, place: int, size: int) -> None:
        if not page.activities:
            return
        info = page.pagination
        rels = sorted(str(at(link, "rel")) for link in listed(at(info, "link")))
        wanted = sorted(["prev"] * (place > 1) + ["next"] * (place * size < total))
        said = (at(info, "count"), at(info, "pagenum"), at(info, "pagesize"), rels)
        if said != (total, place, size, wanted):
            what = f"paginationInfo says {said}, not {(total, place, size, wanted)}"
            asker.fail("searching.pagination-info", what)


def _digits(value: Any) -> int | None:
    return int(value) if isinstance(value, str) and value.isdigit() else None


def _ids(activities: Sequence[Shown]) -> list[str]:
    return [id_of(each) for each in activities]


def _first_unlike(found: Sequence[Shown], wanted: Sequence[Shown], key: Key) -> str:
    pairs = zip(found, wanted, strict=True)
    got, right = next(pair for pair in pairs if id_of(pair[0]) != id_of(pair[1]))
    return f"{id_of(got)} ({key(got)}) where {id_of(right)} ({key(right)}) belongs"
