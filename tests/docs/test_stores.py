"""The page on stores: what it has one type serves, also on a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path

from docs.pages import ROOT, Command, missing, steps
from docs.shell import desk
from stores_proof.cluster import Cluster

PAGE = ROOT / "docs" / "stores.md"
SERVER = "postgresql://stub:word@db.example.com/worlds"


def test_what_the_page_has_one_do_works(tmp_path: Path) -> None:
    """Each command serves and prints what is shown, a server of our own in the place of theirs."""
    with Cluster() as server, desk(tmp_path, ROOT) as terminals:
        todo = [step for step in steps(PAGE.read_text("utf-8")) if isinstance(step, Command)]
        assert any(SERVER in step.text for step in todo)
        for step in todo:
            done = terminals.give(step.text.replace(SERVER, server.database()))
            assert missing(step.shown, done.output) == [], done.output
        assert {each.name for each in tmp_path.glob("worlds.db*")} >= {"worlds.db"}
