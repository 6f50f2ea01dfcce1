"""Every case of a plan as a curl line, without a target: what a witness says, made concrete."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rulebound.contract_tests.apis import Apis
from rulebound.contract_tests.cases.build import Builder
from rulebound.contract_tests.cases.values import Resolver, ValueFault
from rulebound.contract_tests.planning import PlannedRule
from rulebound.contract_tests.wire.curl import as_curl
from rulebound.fixtures.clock import SEED_TIME


@dataclass(frozen=True)
class ShownCase:
    """A case with its main request as curl; `fault` says why it cannot be made, else None."""

    id: str
    title: str
    curl: str
    fault: str | None = None


def shown_cases(
    apis: Apis, plan: Iterable[PlannedRule], url: str = "http://127.0.0.1:8400"
) -> Iterator[ShownCase]:
    """The main request of every case, against a target at `url` at the seed's time.

    An id that an earlier request would have made is shown as MADE.
    """
    for planned in plan:
        subject = planned.subject
        if subject is None:
            continue
        resolver = Resolver(
            record=subject.api.seed.names.__getitem__,
            now=SEED_TIME,
            date_format=subject.api.document.date_format,
            unique=lambda prefix: f"{prefix}-unique",
            made="MADE",
        )
        for case in planned.cases:
            builder = Builder(apis, subject.api, subject.file, case.sending.on, resolver)
            try:
                request = builder.build(case.sending).request
            except ValueFault as error:
                yield ShownCase(case.id, case.title, "", str(error))
            else:
                yield ShownCase(case.id, case.title, as_curl(request, url))
