"""Stand-ins for what an exchange does not tell: whoever looks at one learns that it is missing."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn


class NotTold(Exception):
    """Something that is needed does not show in the exchange; the text says so."""


class Untold(dict[str, Any]):
    """A map of which nothing is known; `why` is the reason to tell."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise NotTold(self.why)

    __getitem__ = __contains__ = __iter__ = __len__ = __bool__ = __eq__ = __or__ = _refuse
    get = keys = values = items = copy = _refuse


class UntoldTime:
    """A time that is not known; `why` is the reason to tell."""

    def __init__(self, why: str) -> None:
        self.why = why

    def _refuse(self, _: object) -> NoReturn:
        raise NotTold(self.why)

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = _refuse


class UntoldNames(Mapping[str, Any]):
    """Names that cannot be looked up, beside those in `known`."""

    def __init__(self, known: Mapping[str, Any], untold: Mapping[str, str]) -> None:
        self._known, self._untold = known, untold

    def __getitem__(self, name: str) -> Any:
        if name in self._untold:
            raise NotTold(self._untold[name])
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class UntoldRecords:
    """The read side of a world of which nothing is known; `why` is the reason to tell."""

    def __init__(self, why: str) -> None:
        self.why = why

    def _refuse(self, *_: object) -> NoReturn:
        raise NotTold(self.why)

    get = find = scan = _refuse


class Watched(dict[str, Any]):
    """A map that puts down in `seen` when something that is in it is looked at."""

    def __init__(self, value: Mapping[str, Any], seen: list[str]) -> None:
        super().__init__(value)
        self._seen = seen

    def __getitem__(self, name: str) -> Any:
        found = super().__getitem__(name)
        self._seen.append(name)
        return found

    def __contains__(self, name: object) -> bool:
        found = super().__contains__(name)
        if found:
            self._seen.append(str(name))
        return found

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if super().__contains__(name) else default

    def __iter__(self) -> Iterator[str]:
        for name in super().__iter__():
            self._seen.append(name)
            yield name


def watched(value: Any, seen: list[str]) -> Any:
    """A JSON value whose maps, at any depth, are watched."""
    if isinstance(value, Mapping):
        return Watched({name: watched(inner, seen) for name, inner in value.items()}, seen)
    return [watched(inner, seen) for inner in value] if isinstance(value, list) else value
