"""E-mail addresses that a case takes to be unknown, made such that they really are.

What one case writes to, or from, is known to a deployment from then on.
"""

import re
from collections.abc import Callable, Collection

from rulebound.contract_tests.cases.texts import texts_in
from rulebound.fixtures.seeds import Seed

_ADDRESS = re.compile(r"([A-Za-z0-9._-]{1,40})@([a-z0-9-]+(?:\.[a-z0-9-]+)+)")


def strangers(known: Collection[str], token: str) -> Callable[[str], str]:
    """Gives an address that is not `known` a part of its own, by `token`; any other text stays."""

    def stranger(text: str) -> str:
        found = _ADDRESS.fullmatch(text)
        if found is None or text.lower() in known:
            return text
        return f"{found[1]}-{token}@{found[2]}"

    return stranger


def addresses(seed: Seed) -> frozenset[str]:
    """Every text of a seed's records that an address may be, in lower case."""
    return frozenset(text.lower() for text in texts_in(list(seed.names.values())) if "@" in text)
