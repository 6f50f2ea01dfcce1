"""An API as the proof sees it: its document, its seed and its witnesses, side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from rulebound.contract_tests.cases.folder import load_folder, witnesses_folder
from rulebound.contract_tests.cases.model import RuleWitness, WitnessFile
from rulebound.fixtures.seed_of_document import load_seed_of
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.loader import load
from rulebound.openapi.model import Document, Operation, Rule


@dataclass(frozen=True)
class Place:
    """Where an API's parts lie: its document, and its witnesses."""

    document: Path
    witnesses: Path


@dataclass(frozen=True)
class Api:
    """One API. `files`: operation id -> witnesses; `base`: the path in front of its addresses."""

    document: Document = field(repr=False)
    seed: Seed = field(repr=False)
    files: Mapping[str, WitnessFile] = field(repr=False)
    base: str

    @property
    def name(self) -> str:
        """The name of the document's folder."""
        return self.document.name

    def witness(self, operation: Operation, rule: Rule) -> RuleWitness | None:
        """What the witness writer said about a rule; None for nothing."""
        file = self.files.get(operation.id)
        return None if file is None else file.rules.get(rule.id)


@dataclass(frozen=True)
class Apis:
    """The APIs of one run."""

    all: tuple[Api, ...]

    def owner(self, operation_id: str) -> tuple[Api, Operation]:
        """The API and operation with this id. Raises KeyError."""
        for api in self.all:
            for operation in api.document.operations:
                if operation.id == operation_id:
                    return api, operation
        raise KeyError(operation_id)


def shipped() -> tuple[Place, ...]:
    """The APIs of the kit itself."""
    folder = Path(str(resources.files("rulebound.openapi")))
    roots = sorted(path.parent for path in folder.glob("*/openapi.yaml"))
    return tuple(Place(root, witnesses_folder() / root.name) for root in roots)


def own(folder: Path, witnesses: Path | None = None) -> Place:
    """A user's own API. Its witnesses lie in `witnesses/` beside the document, unless told
    otherwise; its seed in a folder beside it that is called as `x-world` says."""
    return Place(folder, witnesses or folder / "witnesses")


def load_apis(places: Iterable[Place]) -> Apis:
    """Everything at these places, loaded.

    Raises DocumentError (documents, witnesses) and WorldFault (seeds).
    """
    return Apis(tuple(map(_load, places)))


def _load(place: Place) -> Api:
    document = load(place.document)
    operations = tuple(operation.id for operation in document.operations)
    return Api(
        document=document,
        seed=load_seed_of(document),
        files=load_folder(place.witnesses, operations),
        base=base_path(document),
    )


def base_path(document: Document) -> str:
    """The path in front of every address: that of the first server, its variables filled in.

    Context roots are left out, as an address works with and without them.
    """
    servers = document.bundle.get("servers") or [{"url": ""}]
    url = str(servers[0]["url"])
    for name, variable in servers[0].get("variables", {}).items():
        url = url.replace(f"{{{name}}}", str(variable["default"]))
    path = urlsplit(url).path.rstrip("/")
    return "" if path in document.context_roots else path
