"""How far a command is, said on stderr: live on a terminal, elsewhere in plain lines."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rulebound.contract_tests.counting import counted
from rulebound.contract_tests.terminal.loudness import Loudness

BETWEEN_LINES = 10.0
"""Seconds between two plain lines that only say how far it is."""
ROOMY = 70
"""Columns of a terminal on which everything finds room."""
_PLAIN_TERMINALS = ("dumb", "unknown")


def is_live() -> bool:
    """Whether somebody watches stderr on a terminal that can redraw a line, and not in CI."""
    terminal = os.environ.get("TERM", "").lower()
    watched = sys.stderr is not None and sys.stderr.isatty()
    return watched and terminal not in _PLAIN_TERMINALS and not os.environ.get("CI")


_ONE = {"cases": "case", "properties": "property", "entries": "entry"}


class Stage:
    """So many steps of a kind. `parts` names of each step the part of the whole it belongs to: the
    end of a part is a plain line. `word` is what a finding is called."""

    word = "broken"

    def __init__(self, progress: "Telling", name: str, total: int, parts: Iterable[str]) -> None:
        self.name, self.total, self.done = name, total, 0
        self.broken: set[str] = set()
        self.left = Counter(parts)
        self.whole = Counter(self.left)
        self._progress = progress
        self.task: TaskID = progress.added(self)

    def begins(self, what: str) -> None:
        """A step is under way; from any thread."""
        self._progress.shows(self, what)

    def ends(self, what: str = "", broken: str | None = None) -> None:
        """A step is done; `broken` names what it found broken."""
        self.done += 1
        if broken is not None:
            self.broken.add(broken)
        self._progress.moved(self, what)

    @property
    def one(self) -> str:
        """What one step is called, where the stage is called after several."""
        return _ONE.get(self.name, self.name)

    @property
    def count(self) -> str:
        """How many steps are done of how many."""
        return f"{self.done}/{self.total}"

    @property
    def found(self) -> str:
        """How much is broken so far, in words; nothing where nothing is."""
        return f"{len(self.broken)} {self.word}" if self.broken else ""


class Telling:
    """Tells how far a command is, between entering and leaving it as a context; `clock` gives
    seconds."""

    def __init__(
        self,
        loudness: Loudness = Loudness.NORMAL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._live = loudness is not Loudness.QUIET and is_live()
        self._plain = loudness is not Loudness.QUIET and not self._live
        self._clock, self._began, self._said = clock, clock(), clock()
        self._console = Console(stderr=True, highlight=False)
        self._bars = Progress(
            *_columns(self._console.width >= ROOMY),
            console=self._console,
            transient=True,
            # What is printed on stdout while it runs is no business of a bar on stderr.
            redirect_stdout=False,
            disable=not self._live,
        )

    def __enter__(self) -> "Telling":
        self._bars.start()
        if self._live:
            # A run that is killed leaves a cursor behind.
            self._console.show_cursor(True)
        # Targets are opened, stubs started: that may take a while too.
        self._first = self._bars.add_task("getting ready", total=None, count="", found="", left="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def stage(self, name: str, total: int, parts: Iterable[str] = ()) -> Stage:
        """Begin a stage of so many steps."""
        stage = Stage(self, name, total, parts)
        self._began = self._clock()
        if not stage.whole:
            self._line(f"{name}: {total}")
        return stage

    def added(self, stage: Stage) -> TaskID:
        """The bar of a stage."""
        self._bars.update(self._first, visible=False)
        return self._bars.add_task(
            stage.name, total=stage.total, count=stage.count, found="", left="left"
        )

    def shows(self, stage: Stage, what: str) -> None:
        """Show what is under way in a stage."""
        self._bars.update(stage.task, description=what)

    def moved(self, stage: Stage, what: str) -> None:
        """Show that a stage is one step further."""
        self._bars.update(stage.task, advance=1, count=stage.count, found=stage.found)
        if what in stage.left:
            stage.left[what] -= 1
            if not stage.left[what]:
                self._line(f"{what}: {counted(stage.whole[what], stage.one)} done")
        if self._clock() - self._said >= BETWEEN_LINES and stage.done < stage.total:
            self._line(self._how_far(stage))

    def _how_far(self, stage: Stage) -> str:
        left = (self._clock() - self._began) / stage.done * (stage.total - stage.done)
        parts = [f"{stage.done} of {stage.total} {stage.name}", stage.found]
        parts.append(f"about {_in_words(left)} left")
        return ", ".join(part for part in parts if part)

    def _line(self, text: str) -> None:
        if not self._plain or sys.stderr is None:
            return
        self._said = self._clock()
        try:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
        except OSError:
            # Nobody hears it: that is no reason to end a run.
            self._plain = False


def _columns(roomy: bool) -> list[ProgressColumn]:
    """What a line shows; where there is little room neither a bar nor the time that has passed."""
    return [
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        *([BarColumn(20)] if roomy else []),
        TextColumn("[green]{task.fields[count]}"),
        TextColumn("[bold red]{task.fields[found]}"),
        *([TimeElapsedColumn()] if roomy else []),
        TextColumn("{task.fields[left]}"),
        TimeRemainingColumn(),
    ]


def _in_words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
