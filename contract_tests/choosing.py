"""What a selection names that is not there, each with the nearest name there is."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.planning import EVERYTHING, Selection, short_name
from rulebound.fixtures.profiles import Profile

_MOST_LISTED = 12


def strangers(apis: Apis, selection: Selection, besides: Collection[str] = ()) -> Iterator[str]:
    """A sentence for each name of a selection that fits nothing; a misspelt one beside others
    would leave out what it was meant to choose. `besides` are rules that no document has."""
    operations = [each for api in apis.all for each in api.document.operations]
    by_word = {short_name(each): each.id for each in operations}
    names = [each.id for each in operations]
    rules = [rule.id for each in operations for rule in each.rules]
    yield from _unknown("API", selection.apis, [api.name for api in apis.all])
    yield from _unknown("operation", selection.operations, [*names, *by_word])
    yield from _unknown("rule", selection.rules, [*rules, *besides])


def chosen_for(profile: Profile, selection: Selection) -> Selection:
    """What is tried on a deployment: what was chosen, else what its profile was written for."""
    if selection != EVERYTHING:
        return selection
    return Selection(profile.only.apis, profile.only.operations, profile.only.rules)


def chosen_in_words(profile: Profile, selection: Selection) -> str | None:
    """That the profile chooses, for people to read; None where it does not."""
    found = chosen_for(profile, selection)
    if found == selection:
        return None
    kinds = (("API", found.apis), ("operation", found.operations), ("rule", found.rules))
    named = "; ".join(f"{kind} {', '.join(names)}" for kind, names in kinds if names)
    return f"{profile.path} is for {named} (`only`); --rule '*' takes every rule"


def _unknown(what: str, wanted: Collection[str], known: Collection[str]) -> Iterator[str]:
    for name in wanted:
        if any(fnmatchcase(each, name) for each in known):
            continue
        near = (
            get_close_matches(name, known, 3, 0.5)
            or [each for each in known if each.startswith(name.rstrip("*."))][:3]
        )
        told = f"did you mean {' or '.join(near)}?" if near else f"{what}s are {_listed(known)}"
        yield f"no rule is chosen by {what} {name!r}: there is none of that name; {told}"


def _listed(known: Collection[str]) -> str:
    first = list(known)[:_MOST_LISTED]
    more = len(known) - len(first)
    return ", ".join(first) + (f" and {more} more (`rulebound rules`)" if more else "")
