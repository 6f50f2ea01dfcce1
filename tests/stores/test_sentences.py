"""A store that cannot be used is told in a sentence, and nobody learns a password by it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from rulebound.mock_server.settings import Settings
from rulebound.mock_server.stores.address import address_of
from rulebound.mock_server.stores.choosing import check
from rulebound.mock_server.stores.faults import StoreError
from rulebound.mock_server.stub import build
from stores.openings import worlds_at
from stores.served import LIBRARY, refused, serving
from stores_proof.cluster import Cluster


@pytest.mark.parametrize(
    "address",
    ["", "sqlite", "mysql://me:canary@host/db", "worlds.db", "sqlite://", "sqlite:///",
     "sqlite:///:memory:", "sqlite://host/worlds.db", "sqlite:///worlds.db?mode=ro"],
)  # fmt: skip
def test_an_address_of_nothing_known_is_told(address: str) -> None:
    """With what to write instead; what was written may hold a password, and is not repeated."""
    with pytest.raises(StoreError, match="write memory, sqlite:///worlds") as told:
        address_of(address)
    assert "canary" not in str(told.value)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:canary@host:5432/db?sslmode=require", "postgresql://host:5432/db"),
        ("postgres://me:can:ary@a:1,[::1]:2/db", "postgresql://a:1,[::1]:2/db"),
        ("postgresql:///db?host=/tmp&password=can@ry", "postgresql:///db"),
        ("postgresql://[me:can%40ry@host/db", "postgresql://host/db"),
    ],
)
def test_an_address_is_shown_without_what_is_secret(address: str, shown: str) -> None:
    """No user, no password, no parameter."""
    found = address_of(address)
    assert found.shown == shown
    assert "can" not in repr(found)
    assert "can" not in repr(Settings(store=address))


@pytest.mark.parametrize(
    "address",
    ["me:can@ry@host/db", "me:can/ary@host/db", "me:can?ary@host/db", "me:can#ary@host/db",
     "me:can%ary@host/db", "me:can%00ary@host/db", "me:canary", "[me:canary", "[me:can]ary/db",
     "host?user=me&password=can@ry", "host/db?password=can%ary", "host/db?password=a&canary"],
)  # fmt: skip
def test_an_address_that_may_be_read_otherwise_is_told(address: str) -> None:
    """A sign that is not written as it must be makes a part of a password look like something
    else; what was written is not repeated."""
    with pytest.raises(StoreError, match="%40 for @, %2F for /") as told:
        address_of(f"postgresql://{address}")
    assert "can" not in str(told.value).replace("cannot", "")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (Settings(workers=4), "write --store sqlite:///worlds.db, or --workers 1"),
        (Settings(store="sqlite:///x.db", watch=True), "leave out --watch, or --store"),
    ],
)
def test_what_does_not_go_together_is_told(settings: Settings, says: str) -> None:
    """With what to leave out."""
    with pytest.raises(StoreError, match=says):
        check(settings)


def test_serve_says_it_and_ends() -> None:
    """In one line, with exit code 2."""
    assert "4 workers have no memory in common" in refused("--workers", "4")


def test_memory_needs_nothing_that_speaks_to_databases() -> None:
    """Nor imports it: a start has no time for that."""
    code = (
        "import sys; from rulebound.mock_server.stub import build;"
        "from rulebound.mock_server.settings import Settings; build(Settings());"
        "print([m for m in ('sqlalchemy', 'alembic', 'psycopg') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By the name of the file."""
    with pytest.raises(StoreError, match="No such file or directory; name a file in a folder"):
        worlds_at(f"sqlite:///{tmp_path / 'nowhere' / 'worlds.db'}")


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    """And left as it is; so are the tables of another program."""
    (tmp_path / "text.db").write_text("no database, but a text that is long enough " * 50)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE bills (id)")
    other.close()

    with pytest.raises(StoreError, match="file is not a database; name a file that is a store"):
        worlds_at(f"sqlite:///{tmp_path / 'text.db'}")
    with pytest.raises(StoreError, match="holds the tables of another program"):
        worlds_at(f"sqlite:///{tmp_path / 'other.db'}")
    with sqlite3.connect(tmp_path / "other.db") as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bills",)]
    other.close()


def test_a_store_of_a_newer_schema_is_told(tmp_path: Path) -> None:
    """It is not touched."""
    address = f"sqlite:///{tmp_path / 'worlds.db'}"
    worlds_at(address).close()
    with sqlite3.connect(tmp_path / "worlds.db") as newer:
        newer.execute("UPDATE rulebound_schema SET version_num = '9999'")
    newer.close()

    with pytest.raises(StoreError, match=r"made by a newer rulebound \(its schema is 9999\)"):
        worlds_at(address)


@pytest.mark.parametrize("mark", ["no JSON", "[1]"])
def test_a_store_that_was_changed_by_hand_is_told(tmp_path: Path, mark: str) -> None:
    """What it says of itself is not taken for granted."""
    address = f"sqlite:///{tmp_path / 'worlds.db'}"
    worlds_at(address).close()
    with sqlite3.connect(tmp_path / "worlds.db") as hand:
        hand.execute("UPDATE rulebound_marks SET value = ?", (mark,))
    hand.close()

    with pytest.raises(StoreError, match="changed by another program; name another store"):
        worlds_at(address)


def test_a_store_for_other_documents_is_told(tmp_path: Path) -> None:
    """By the names of those that differ; serving the same ones again works."""
    address = f"sqlite:///{tmp_path / 'worlds.db'}"
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    build(Settings(apis=(folder,), store=address)).worlds.close()
    build(Settings(apis=(folder,), store=address)).worlds.close()
    text = (folder / "openapi.yaml").read_text()
    (folder / "openapi.yaml").write_text(text.replace("Sorry", "Alas"))

    with pytest.raises(StoreError, match="the document library has changed since; name another"):
        build(Settings(apis=(folder,), store=address))
    with pytest.raises(StoreError, match="the seed small was not served then"):
        worlds_at(address)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """As it holds what was sent: credentials too."""
    address = f"sqlite:///{tmp_path / 'worlds.db'}"
    worlds = worlds_at(address)
    worlds.get("default").reset()

    modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.glob("worlds.db*")}
    assert set(modes.values()) == {0o600}
    worlds.close()


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    """Nor the name of the user."""
    told = refused("--store", "postgresql://canary-user:canary-word@127.0.0.1:1/worlds")

    assert told.startswith("the store postgresql://127.0.0.1:1/worlds failed: ")
    assert "; see that the server is there" in told
    assert "canary" not in told


def test_nothing_that_is_said_of_a_store_holds_its_password(postgresql: Cluster) -> None:
    """Neither at the start, nor when the server turns us away."""
    address = postgresql.database().replace("proof@", "proof:canary@", 1)
    with serving(address) as stub:
        assert stub.add() == 201
        assert "canary" not in stub.errors
    nobody = postgresql.database().replace("proof@", "nobody:canary@", 1)
    assert "canary" not in refused("--store", nobody)
