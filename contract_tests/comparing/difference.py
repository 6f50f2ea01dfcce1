"""What a comparison finds, as plain data."""

import re
from dataclasses import dataclass, field

LEFT, RIGHT = "left", "right"
NOTHING = "-"
"""Stands where one of the sides has nothing."""
Key = tuple[str | bool, ...]


@dataclass(frozen=True)
class Heard:
    """What one side was sent, as a curl line, and what it answered, in one line; `wrong` says what
    of it is not as the page has it, empty where it keeps the page."""

    request: str
    answer: str
    wrong: str = ""


@dataclass(frozen=True)
class Difference:
    """One request that two targets answer differently.

    `rule` is the id of a rule, or the name of what holds for every answer; `where` is `status`,
    `code`, `header X` or a pointer into the body. `left` and `right` are what stands there.
    """

    rule: str
    operation: str
    where: str
    left: str
    right: str
    on_left: Heard
    on_right: Heard

    @property
    def key(self) -> Key:
        """Equal for differences that are to be told once: a body's place counts, not its items."""
        if self.where in ("status", "code"):
            return (self.operation, self.rule, self.where, self.left, self.right)
        return (self.operation, self.place, self.left == NOTHING, self.right == NOTHING)

    @property
    def place(self) -> str:
        """Where it is, `*` for any item of a list."""
        return re.sub(r"/\d+(?=/|,|$)", "/*", self.where)

    @property
    def verdict(self) -> str:
        """Which side keeps the page."""
        if bool(self.on_left.wrong) is bool(self.on_right.wrong):
            if self.on_left.wrong:
                return "neither keeps the page"
            return "the page does not say"
        keeps, breaks = (RIGHT, LEFT) if self.on_left.wrong else (LEFT, RIGHT)
        return f"{keeps} keeps the page, {breaks} does not"


@dataclass
class Comparison:
    """What came of comparing: the differences, how many requests were compared, and which
    operations could not be, each with the reason; `unfinished` those that came to an end before
    all of it was compared. `ignored`: rules, and places such as `/activity/*/link`, that may
    differ."""

    differences: list[Difference] = field(default_factory=list)
    compared: int = 0
    told: set[Key] = field(default_factory=set)
    not_compared: dict[str, str] = field(default_factory=dict)
    unfinished: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 no difference, 1 differences, 2 where nothing was compared, or not to the end."""
        if self.differences:
            return 1
        return 0 if self.compared and not self.unfinished else 2

    def knows(self, found: Difference) -> bool:
        """Whether a difference was told before, or is one of those that are not to be."""
        wanted = (found.rule, found.place)
        ignored = any(text in self.ignored for text in wanted) or any(
            found.place.startswith(f"{place}/") for place in self.ignored
        )
        return ignored or found.key in self.told
