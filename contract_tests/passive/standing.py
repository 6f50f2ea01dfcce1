"""Where a request stands with a rule, by what the exchange shows."""

from dataclasses import dataclass
from enum import Enum

from rulebound.openapi.model import Rule


class Standing(Enum):
    """Held with its subject there, broken, not concerned (never broken), or not to be told."""

    HOLDS = "holds"
    BROKEN = "broken"
    ASIDE = "not concerned"
    OPEN = "open"


RECORDS = "needs the world: its records"
ACTOR = "needs the world: who the actor is"
SETTINGS = "needs the world: its settings"
STATE = "needs the world: what the operation did"
CREDENTIALS = "needs the world: the credentials, which recorders leave out"
HEADERS = "the recording has no headers of the request"
BODY = "the recording has no body of the request"
ANSWER = "the recording has no body of the answer"
ANSWER_HEADERS = "the recording has no headers of the answer"
SCHEMALESS = "the document has no schema that the answer could be held against"
SHARED = "refused with an answer that other rules have which may be broken as well"
TIME = "the recording does not say when"
MOMENT = "the recorder's clock is too near to the time that the rule speaks of"
EARLIER = "not judged beside an earlier rule that is broken"
UNCLEAR = "cannot be judged from one exchange"
NOT_SHOWN = "no answer of the recording shows it"
ASIDE = "no request of the recording concerns it"

LEAST_TELLING = (ASIDE, NOT_SHOWN, EARLIER, UNCLEAR)
"""Reasons that are told only where there is no other, the least first."""


@dataclass(frozen=True)
class Stand:
    """A rule and where a request stands with it; `why` says why it shows nothing, if so."""

    rule: Rule
    standing: Standing
    why: str = NOT_SHOWN
