"""`rulebound compare`: two targets, the same requests, what they answer differently."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from difflib import get_close_matches

from rulebound.contract_tests.apis import Apis, Place, load_apis, shipped
from rulebound.contract_tests.choosing import strangers
from rulebound.contract_tests.comparing.judged import UNNAMED
from rulebound.contract_tests.comparing.running import Effort, compare
from rulebound.contract_tests.comparing.sides import CannotCompare, opened
from rulebound.contract_tests.comparing.telling import told
from rulebound.contract_tests.judging.conformance import SchemaConformance
from rulebound.contract_tests.planning import EVERYTHING, Selection
from rulebound.contract_tests.reports.files import printable
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.progress import Telling

CANNOT_COMPARE = 2


@dataclass(frozen=True)
class CompareOptions:
    """`left` and `right` are each the file of a profile, a URL, or `stub`."""

    left: str
    right: str
    selection: Selection = EVERYTHING
    places: tuple[Place, ...] = ()
    allow: tuple[str, ...] = ()
    form: str = "text"
    effort: Effort | None = None
    loudness: Loudness = Loudness.NORMAL


def run(options: CompareOptions, say: Callable[[str], None]) -> int:
    """Compare and tell: 0 no difference, 1 differences, 2 where nothing could be compared, or where
    an operation was not compared to the end and no difference was found.

    What keeps it from comparing is said on stderr; raises what opening a target raises.
    """
    try:
        return _run(options, say)
    except CannotCompare as error:
        sys.stderr.write(f"rulebound: {error}\n")
        return CANNOT_COMPARE


def _run(options: CompareOptions, say: Callable[[str], None]) -> int:
    apis = load_apis(options.places or shipped())
    operations = _chosen(apis, options.selection)
    if options.effort is not None:
        _can_be_ignored(apis, options.effort.ignored)
    conformance = SchemaConformance()
    with ExitStack() as sides:
        telling = sides.enter_context(Telling(options.loudness))
        left, right = (
            sides.enter_context(opened(word, apis, options.places, conformance, options.allow))
            for word in (options.left, options.right)
        )
        found = compare(left, right, operations, options.effort, telling)
    say(printable(told(found, options.form, (options.left, options.right), options.loudness)))
    return found.exit_code


def _chosen(apis: Apis, selection: Selection) -> list[str]:
    """The operations chosen. Raises CannotCompare for none, and for a name that is not there."""
    if unknown := list(strangers(apis, selection)):
        raise CannotCompare("; ".join(unknown))
    found = [
        operation.id
        for api in apis.all
        if selection.takes_api(api)
        for operation in api.document.operations
        if selection.takes_operation(operation)
    ]
    if not found:
        raise CannotCompare("no operation is chosen; they are listed by `rulebound rules`")
    return found


def _can_be_ignored(apis: Apis, ignored: tuple[str, ...]) -> None:
    """Raises CannotCompare for what is neither a place of answers nor the name of a rule."""
    rules = [rule.id for api in apis.all for each in api.document.operations for rule in each.rules]
    for text in ignored:
        if text.startswith(("/", "header ")) or text in ("body", "status", "code", *UNNAMED):
            continue
        if text not in rules:
            near = get_close_matches(text, rules, 3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise CannotCompare(
                f"--ignore {text!r} is neither a rule nor a place of answers, which is status, "
                f"code, header NAME or a pointer such as /activity/*/link{hint}"
            )
