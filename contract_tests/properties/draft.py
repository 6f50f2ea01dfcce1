"""A request under variation: a baseline of a witness file, its value forms not made yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rulebound.contract_tests.cases.build import Built
from rulebound.contract_tests.cases.model import (
    UNSET,
    Baseline,
    Case,
    Sending,
    Unset,
    WitnessFile,
)
from rulebound.contract_tests.cases.values import COMPANIONS
from rulebound.contract_tests.properties.ground import Tried

DRAWN = "drawn"
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Draft:
    """A request that can still be changed; `body` UNSET for none."""

    actor: str | None
    query: Mapping[str, Any]
    headers: Mapping[str, Any]
    body: Any
    media: str | None
    path: Any

    def baseline(self, like: Baseline) -> Baseline:
        """The same as a baseline, answered as `like` is."""
        return Baseline(
            DRAWN,
            self.actor,
            self.query,
            self.headers,
            self.path,
            self.body,
            self.media,
            like.expect,
        )


def draft_of(baseline: Baseline) -> Draft:
    """The baseline as something to vary."""
    return Draft(
        baseline.actor,
        baseline.query,
        baseline.headers,
        baseline.body,
        baseline.media,
        baseline.path,
    )


def build(tried: Tried, draft: Draft, sending: Sending | None = None) -> Built:
    """The concrete request of a draft, with a further patch laid on it. Raises ValueFault."""
    file: WitnessFile = replace(
        tried.file, baselines={DRAWN: draft.baseline(tried.file.first), **tried.file.baselines}
    )
    return replace(tried, file=file).build(replace(sending or Sending(), on=DRAWN))


def is_accepted(case: Case) -> bool:
    """Whether the witness writer expects the request of a case to be accepted."""
    sending = case.sending
    return sending.refused is None and (sending.expect.status or 200) < 400


def is_plain(case: Case) -> bool:
    """Whether a case is one request that changes only actor, query, headers or body."""
    sending = case.sending
    plain = sending.raw is None and sending.method is None and sending.path is None
    alone = not (case.given or case.settings or sending.advance or sending.repeat > 1)
    return plain and alone and sending.operation is None


def laid_on(draft: Draft, case: Case) -> Draft:
    """The draft with the patch of a plain case on it."""
    sending = case.sending
    return replace(
        draft,
        actor=draft.actor if isinstance(sending.actor, Unset) else sending.actor,
        query=_updated(draft.query, sending.query, fold=False),
        headers=_updated(draft.headers, sending.headers, fold=True),
        body=patched(draft.body, sending.body),
        media=sending.media or draft.media,
    )


def _updated(base: Mapping[str, Any], patch: Mapping[str, Any], *, fold: bool) -> dict[str, Any]:
    names = {name.lower() if fold else name for name in patch}
    kept = {
        key: value for key, value in base.items() if (key.lower() if fold else key) not in names
    }
    return {**kept, **{name: value for name, value in patch.items() if not _removes(value)}}


def patched(base: Any, patch: Any) -> Any:
    """JSON merge patch where a value form counts as one value; UNSET changes nothing."""
    if patch is UNSET:
        return base
    if _removes(patch):
        return UNSET
    if not isinstance(patch, Mapping) or form_of(patch) is not None:
        return patch
    known = isinstance(base, Mapping) and form_of(base) is None
    result = dict(base) if known else {}
    for key, item in patch.items():
        value = patched(result.get(key, UNSET), item)
        if value is UNSET:
            result.pop(key, None)
        else:
            result[key] = value
    return result


def _removes(value: Any) -> bool:
    return value is None or (isinstance(value, Mapping) and "$absent" in value)


def form_of(value: Any) -> str | None:
    """The value form a map stands for (`$of`, `$each` ..); None for a plain value."""
    if not isinstance(value, Mapping):
        return None
    return next((key for key in value if key in COMPANIONS), None)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place below a value that holds no further places, forms included, with its value."""
    if isinstance(value, Mapping) and form_of(value) is None:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif value is not UNSET:
        yield path, value


def at(value: Any, path: Path) -> Any:
    """What stands at a path; UNSET for nothing."""
    for part in path:
        in_list = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if not in_list and not (isinstance(value, Mapping) and part in value):
            return UNSET
        value = value[part]
    return value


def put(value: Any, path: Path, new: Any) -> Any:
    """A copy of the value with something else at a path; maps on the way are made."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(key, int):
        return [put(item, rest, new) if i == key else item for i, item in enumerate(value)]
    held = value if isinstance(value, Mapping) else {}
    return {**held, key: put(held.get(key, UNSET), rest, new)}
