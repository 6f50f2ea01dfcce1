"""What a store forgets, so that it does not grow for ever."""

from __future__ import annotations

from collections.abc import Mapping

from rulebound.fixtures import Seed
from rulebound.mock_server.journal import MOST_ENTRIES, MOST_EXPLAINED
from rulebound.mock_server.stores.ledger import BORN, SINCE
from rulebound.mock_server.stores.link import Link
from rulebound.mock_server.stores.statements import Statement
from rulebound.mock_server.stores.tables import JOURNAL, RECORDS
from rulebound.mock_server.stores.texts import key_of
from sqlalchemy import bindparam, delete, null, select, update

MOST_KEPT = 16 * 1024 * 1024
"""Characters that explain the requests of one world, together."""

_KEY = ("seed", "kind", "id")
_born = RECORDS.alias()
_WAS_BORN = (
    select(_born.c.id)
    .where(
        _born.c.world == bindparam("own"),
        _born.c.layer == BORN,
        *(_born.c[name] == RECORDS.c[name] for name in _KEY),
    )
    .exists()
)
_SINCE = (RECORDS.c.world == bindparam("own"), RECORDS.c.layer == SINCE)
_GONE = (RECORDS.c.body.is_(None), RECORDS.c.version <= bindparam("until"))
_TOMBSTONES = Statement(
    select(*(RECORDS.c[name] for name in _KEY)).where(*_SINCE, *_GONE, ~_WAS_BORN)
)
_SWEEP = Statement(
    delete(RECORDS).where(*_SINCE, *(RECORDS.c[name] == bindparam(f"a_{name}") for name in _KEY))
)
_OWN = JOURNAL.c.world == bindparam("own")
_SIZES = Statement(
    select(JOURNAL.c.number, JOURNAL.c.size)
    .where(_OWN, JOURNAL.c.size > 0)
    .order_by(JOURNAL.c.number.desc())
)
_FORGET = Statement(delete(JOURNAL).where(_OWN, JOURNAL.c.number <= bindparam("until")))
_LIGHTEN = Statement(
    update(JOURNAL)
    .where(_OWN, JOURNAL.c.number < bindparam("until"), JOURNAL.c.size > 0)
    .values(depth=null(), size=0)
)


def sweep_records(link: Link, world: str, until: int, seeds: Mapping[str, Seed]) -> None:
    """Forget that records are gone, up to a version, which were there neither in the seed nor when
    the world was made. A replica that knew them then has to begin anew."""
    seeded = {
        (name, table, key_of(id))
        for name, seed in seeds.items()
        for table, base in seed.bases.items()
        for id in base.rows
    }
    found = {tuple(each) for each in link.rows(_TOMBSTONES, {"own": world, "until": until})}
    gone = [dict(zip(("a_seed", "a_kind", "a_id"), key, strict=True)) for key in found - seeded]
    if gone:
        link.send(_SWEEP, [{"own": world, **each} for each in gone])


def sweep_journal(link: Link, world: str, number: int) -> None:
    """Forget entries that are too many before this one, and of what explains them the too much."""
    link.send(_FORGET, {"own": world, "until": number - MOST_ENTRIES})
    kept, together, least = 0, 0, number
    for each, size in link.rows(_SIZES, {"own": world}):
        kept, together = kept + 1, together + size
        if kept > MOST_EXPLAINED or together > MOST_KEPT:
            break
        least = each
    link.send(_LIGHTEN, {"own": world, "until": least})
