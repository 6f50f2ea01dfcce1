"""Relations between searches: no oracle, only answers held against other answers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st
from rulebound.contract_tests.properties.asking import EVERYTHING, Asker
from rulebound.contract_tests.properties.chance import one_of, some_of
from rulebound.contract_tests.properties.ground import Tried
from rulebound.contract_tests.properties.shown import (
    Shown,
    at,
    custom_of,
    filters_of,
    id_of,
    satisfies_all,
)
from rulebound.contract_tests.targets.target import NotReached

Query = dict[str, str]
_TEXTS = ("custom.", "assignedUserName")
_IDS = ("customer", "case", "queue", "assignedTo")


@dataclass(frozen=True)
class Searching:
    """The relations that concern what is found; `actor` is who searches."""

    tried: Tried
    actor: str

    @contextmanager
    def asker(self) -> Iterator[Asker]:
        """The search in the state as seeded."""
        with self.tried.caller() as caller:
            yield Asker(self.tried, caller, self.actor)

    @cached_property
    def everything(self) -> tuple[Shown, ...]:
        """Every activity the actor sees, with every attribute. Raises NotReached for none."""
        with self.asker() as asker:
            found = asker.whole(EVERYTHING, "all")
        if not found:
            raise NotReached(f"{self.actor} sees no activity to search for")
        return found

    @cached_property
    def searchable(self) -> frozenset[str]:
        """The custom attributes that can be searched by; others are refused."""
        named = {name: v[0] for a in self.everything for name, v in custom_of(a).items() if v}
        found = set()
        for name, value in sorted(named.items()):
            with self.tried.caller() as caller:
                asker = Asker(self.tried, caller, self.actor)
                if asker.may_be_asked({f"custom.{name}": value}):
                    found.add(name)
        return frozenset(found)

    @cached_property
    def _by_customer(self) -> tuple[tuple[Shown, ...], ...]:
        """Everything by customer: drawn from so, a customer with much to do hides no other."""
        groups: dict[str, list[Shown]] = {}
        for activity in self.everything:
            groups.setdefault(str(at(activity, "customer.id")), []).append(activity)
        return tuple(map(tuple, groups.values()))

    def activity(self, data: st.DataObject) -> Shown:
        """One of the activities the actor sees."""
        return one_of(data, one_of(data, self._by_customer))

    def filters(self, data: st.DataObject, most: int = 3) -> Query:
        """Filters that mostly fit one activity; now and then a value of another one."""
        known = filters_of(self.activity(data), self.searchable) or {"status": ["open"]}
        query: Query = {}
        for name in some_of(data, sorted(known), most):
            values = known[name]
            if data.draw(st.integers(0, 4)) == 4:
                values = filters_of(self.activity(data), self.searchable).get(name, values)
            query[name] = one_of(data, values)
        return query if set(query) != {"type"} else {**query, **EVERYTHING}

    @cached_property
    def lookalikes(self) -> tuple[tuple[str, str, str], ...]:
        """(filter, value, other value) where one begins with the other or differs in case."""
        values: dict[str, dict[str, None]] = {}
        for activity in self.everything:
            for name, found in filters_of(activity, self.searchable).items():
                if name in _IDS or name.startswith(_TEXTS):
                    values.setdefault(name, {}).update(dict.fromkeys(found))
        return tuple(
            (name, one, other)
            for name, known in values.items()
            for one in known
            for other in known
            if one != other and other.casefold().startswith(one.casefold())
        )

    def selects(self, data: st.DataObject) -> None:
        """A filter finds exactly those activities that show what it asks for."""
        query = self.filters(data)
        wanted = [id_of(each) for each in self.everything if satisfies_all(each, query)]
        with self.asker() as asker:
            found = asker.whole(query, "all")
            wrong = [id_of(each) for each in found if not satisfies_all(each, query)]
            if wrong:
                what = f"{query} finds {_some(wrong)}, which show something else"
                asker.fail("searching.shows-only-what-matches", what)
            self._same(asker, "searching.finds-all-that-match", query, found, wanted)

    def narrows(self, data: st.DataObject) -> None:
        """Two sets of filters together find what each of them finds, and nothing else."""
        first, second = self.filters(data, 2), self.filters(data, 2)
        both = {**second, **first}
        second = {name: value for name, value in both.items() if name not in first}
        if not second or set(second) == {"type"}:
            second = {**second, **EVERYTHING}
        with self.asker() as asker:
            one = asker.whole(first)
            other = {id_of(each) for each in asker.whole(second)}
            wanted = [id_of(each) for each in one if id_of(each) in other]
            found = asker.whole({**second, **first})
            self._same(asker, "searching.and-is-intersection", both, found, wanted)

    def exact(self, data: st.DataObject) -> None:
        """A value finds what has it, and nothing that has a value which only looks like it."""
        name, *values = self._pair(data)
        with self.asker() as asker:
            for value in values:
                found = {id_of(each) for each in asker.whole({name: value})}
                own = {id_of(a) for a in self.everything if satisfies_all(a, {name: value})}
                if found != own:
                    what = f"{name}={value} finds {_some(sorted(found))}, not {_some(sorted(own))}"
                    asker.fail("searching.exact-match", what)

    def _pair(self, data: st.DataObject) -> tuple[str, str, str]:
        """A filter, a value that something has, and one like it that something else may have."""
        mostly: int = data.draw(st.integers(0, 2))
        if self.lookalikes and mostly:
            return one_of(data, self.lookalikes)
        shown = filters_of(self.activity(data), self.searchable)
        known = {"customer": ["1"]} | shown
        name = one_of(data, [each for each in known if each in _IDS or each.startswith(_TEXTS)])
        return name, known[name][0], one_of(data, _alike(known[name][0], is_id=name in _IDS))

    @staticmethod
    def _same(
        asker: Asker,
        relation: str,
        query: Mapping[str, str],
        found: Sequence[Shown],
        wanted: Sequence[str],
    ) -> None:
        got = [id_of(each) for each in found]
        if got == list(wanted):
            return
        missing = [id for id in wanted if id not in got]
        surplus = [id for id in got if id not in wanted]
        said = [f"lacks {_some(missing)}"] if missing else []
        said += [f"has {_some(surplus)} too many"] if surplus else []
        said = said or [f"has another order: {_some(got)}, not {_some(wanted)}"]
        asker.fail(relation, f"{dict(query)}: the result {' and '.join(said)}")


def _alike(value: str, *, is_id: bool) -> list[str]:
    """Values that only look like one."""
    if is_id:
        shorter = [value[:-1]] if len(value) > 1 else []
        return [*(f"{value}{digit}" for digit in "0123456789"), *shorter, f"1{value}"]
    swapped = value.swapcase()
    return [f"{value} 2", f"{value}x", *([swapped] if swapped != value else []), f"x{value}"]


def _some(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:5])
    return shown if len(ids) <= 5 else f"{shown} and {len(ids) - 5} more"
