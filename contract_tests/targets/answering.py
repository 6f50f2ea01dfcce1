"""Whether anything listens where a run is aimed at, asked once before hundreds of requests fail."""

import socket
from collections.abc import Iterable

from rulebound.contract_tests.wire.line import address_of
from rulebound.contract_tests.wire.message import TargetFault

_SECONDS = 5.0


def answering(urls: Iterable[str]) -> None:
    """Connect to each address and hang up. One that answers is enough: the rules of the others are
    not reached, each with its reason.

    Raises TargetFault where none does, and BadAddress for what is no URL.
    """
    faults = []
    for url in dict.fromkeys(urls):
        _, host, port = address_of(url)
        try:
            socket.create_connection((host, port), timeout=_SECONDS).close()
        except (OSError, UnicodeError) as error:
            faults.append(f"nothing answers at {url} ({error})")
        else:
            return
    if faults:
        raise TargetFault("; ".join(faults))
