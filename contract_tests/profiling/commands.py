"""`rulebound profile new` and `rulebound profile check`."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rulebound.contract_tests.apis import Apis, Place
from rulebound.contract_tests.choosing import chosen_for
from rulebound.contract_tests.planning import EVERYTHING, Selection
from rulebound.contract_tests.profiling.names import needed
from rulebound.contract_tests.profiling.probing import Prober
from rulebound.contract_tests.profiling.report import Probe, Probed, checked, held
from rulebound.contract_tests.profiling.skeleton import skeleton
from rulebound.contract_tests.profiling.telling import told
from rulebound.contract_tests.targets.deployment import Deployment
from rulebound.contract_tests.terminal.loudness import Loudness
from rulebound.contract_tests.terminal.progress import Telling
from rulebound.contract_tests.verify import guarded, known_before, prepared
from rulebound.fixtures.profiles import Profile, load_profile

FINE, LACKING, UNREADABLE = 0, 1, 2


@dataclass(frozen=True)
class NewOptions:
    """Where to write a profile, and for which rules; `places` as for a run."""

    file: Path
    places: tuple[Place, ...] = ()
    selection: Selection = EVERYTHING


@dataclass(frozen=True)
class CheckOptions:
    """Which profile to check, and for which rules; `offline` tries no credential, `form` is text or
    json."""

    file: Path
    places: tuple[Place, ...] = ()
    offline: bool = False
    form: str = "text"
    selection: Selection = EVERYTHING
    loudness: Loudness = Loudness.NORMAL


def new_profile(options: NewOptions) -> int:
    """Write a skeleton, over nothing; the exit code: 0, or 2 when it cannot be written."""
    return guarded(lambda: _new(options))


def check_profile(options: CheckOptions) -> int:
    """Check and print; the exit code: 0 all fine, 1 something is missing or a credential failed, 2
    the profile cannot be read, 130 interrupted."""
    return guarded(lambda: _check(options))


def _new(options: NewOptions) -> int:
    apis, plan = prepared(options.places, options.selection)
    name = _name_of(options.file)
    text = skeleton(str(options.file), name, apis, needed(apis, plan), options.selection)
    try:
        with options.file.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return _cannot(f"{options.file} is there already; name another file")
    except OSError as error:
        return _cannot(f"{options.file} cannot be written: {error.strerror}")
    sys.stdout.write(f"written: {options.file}; fill it in, then `rulebound profile check` it\n")
    return FINE


def _cannot(why: str) -> int:
    sys.stderr.write(f"rulebound: {why}\n")
    return UNREADABLE


def _name_of(file: Path) -> str:
    """A profile's name from that of its file."""
    words = re.findall(r"[a-z0-9]+", file.name.partition(".")[0].lower())
    return "-".join(words)[:60].strip("-") or "deployment"


def _check(options: CheckOptions) -> int:
    profile = load_profile(options.file)
    if options.loudness is not Loudness.QUIET:
        said = known_before(profile, options.selection)
        sys.stderr.writelines(f"rulebound: {line}\n" for line in said)
    selection = chosen_for(profile, options.selection)
    apis, chosen = prepared(options.places, selection)
    with (
        Telling(options.loudness) as telling,
        _probing(profile, apis, telling, offline=options.offline) as probe,
    ):
        report = checked(profile, apis, chosen, probe)
    if options.form == "json":
        sys.stdout.write(json.dumps(report.as_data(), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in told(report, options.loudness))
    return FINE if report.is_fine else LACKING


@contextmanager
def _probing(
    profile: Profile, apis: Apis, telling: Telling, *, offline: bool
) -> Iterator[Probe | None]:
    if offline:
        yield None
        return
    credentials = telling.stage("credentials", len(held(profile, apis)))
    with closing(Deployment(profile, apis)) as deployment:
        prober = Prober(deployment, apis)

        def probe(world: str, actor: str) -> Probed:
            credentials.begins(f"the credential of {world} {actor}")
            probed = prober.probe(world, actor)
            credentials.ends(broken=f"{world} {actor}" if probed.fault else None)
            return probed

        yield probe
