"""Which operations make records of which table, as far as documents and witnesses tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rulebound.contract_tests.apis import Api, Apis
from rulebound.contract_tests.cases.model import Look, WitnessFile
from rulebound.contract_tests.profiling.spoken import LIVE
from rulebound.fixtures.seeds import Seed
from rulebound.openapi.model import Operation


@dataclass(frozen=True)
class Maker:
    """An operation that makes records of a table; `fixed` are texts of fields that it sets alone:
    one that makes tasks makes no e-mail."""

    seed: Seed
    operation: str
    table: str
    fixed: Mapping[str, str]

    def makes(self, name: str) -> bool:
        """Whether a record of the seed might have been made so."""
        record = self.seed.names.get(name)
        if record is None or name.partition(".")[0] != self.table:
            return False
        return all(record.get(field) == text for field, text in self.fixed.items())


def makers(apis: Apis) -> list[Maker]:
    """All that are known."""
    return [
        Maker(api.seed, operation.id, table, dict(_fixed(api, table, api.files[operation.id])))
        for api in apis.all
        for operation in api.document.operations
        if operation.id in api.files and api.files[operation.id].made
        for table in sorted(_tables(operation, api.files[operation.id]) - {*LIVE})
    ]


def _tables(operation: Operation, file: WitnessFile) -> set[str]:
    """By the document where it says so, else by where witnesses look for what was made."""
    effect = operation.effect
    if effect is not None and effect.do == "create" and effect.table:
        return {effect.table}
    looks = (
        item
        for witness in file.rules.values()
        for case in witness.cases
        for item in case.then
        if isinstance(item, Look)
    )
    return {look.table for look in looks if _is_made(look.where.get("id"))}


def _is_made(value: Any) -> bool:
    return isinstance(value, Mapping) and "$made" in value


def _fixed(api: Api, table: str, file: WitnessFile) -> Iterator[tuple[str, str]]:
    """Fields that hold one word of a list, and the same one in every baseline."""
    schema = api.seed.tables[table]
    bodies = [each.body for each in file.baselines.values() if isinstance(each.body, Mapping)]
    example = next((r for n, r in api.seed.names.items() if n.startswith(f"{table}.")), None)
    for field in sorted(schema.fields):
        words = {_word(body.get(field)) for body in bodies}
        word = words.pop() if len(words) == 1 else None
        if word is None or example is None:
            continue
        # Another text would not be allowed, so this one is a word of a list.
        if not schema.validator.is_valid({**example, field: f"{word}, otherwise"}):
            yield field, word


def _word(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("value")
    return value if isinstance(value, str) else None
