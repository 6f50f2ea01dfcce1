"""What a run of `rulebound verify` is asked for."""

from dataclasses import dataclass
from pathlib import Path

from rulebound.contract_tests.apis import Place
from rulebound.contract_tests.planning import EVERYTHING, Selection, Shard
from rulebound.contract_tests.reports.delivery import Wanted
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.wire.line import DEADLINE


@dataclass(frozen=True)
class VerifyOptions:
    """What to verify, against what.

    `target` is the URL of a deployment, None for a stub of our own; with `stub` the URL is that
    of a running stub with a control plane. `profile` is the file of a deployment's profile, `allow`
    the side effects allowed there besides; with `plan` the requests are told and not
    sent. `places` are the APIs to load, the kit's own when empty; `jobs` cases are under way at
    once, None for what suits the target.

    With `shard` only that part of the rules is tried, and `run_key` tells which shards are of one
    run; `resume` is a run to go on with, its id or `last`; `workers` is by how many processes the
    run is shared; the reports `beside` are shown besides.
    """

    target: str | None = None
    profile: Path | None = None
    allow: tuple[str, ...] = ()
    plan: bool = False
    stub: bool = False
    token: str | None = None
    places: tuple[Place, ...] = ()
    selection: Selection = EVERYTHING
    seed: int = 0
    report: Path | None = None
    jobs: int | None = None
    deadline: float = DEADLINE
    shard: Shard | None = None
    run_key: str | None = None
    resume: str | None = None
    workers: int = 1
    worker: int = 0
    annotations: str = "none"
    beside: tuple[Path, ...] = ()
    loudness: Loudness = Loudness.NORMAL

    @property
    def wanted(self) -> Wanted:
        """Where the report goes."""
        return Wanted(self.report, self.loudness, self.annotations)

    @property
    def place(self) -> int:
        """Which of the runs that share a target this is, from 0."""
        return self.worker + self.workers * (0 if self.shard is None else self.shard.index - 1)

    @property
    def share(self) -> int:
        """By how many runs the rates of a target are shared."""
        return self.workers * (1 if self.shard is None else self.shard.of)
