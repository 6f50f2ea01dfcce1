"""A PostgreSQL server of one's own on loopback: started, killed without warning, started again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from processes import comes_up

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Cluster:
    """A server in a new folder, gone with the context. Addresses by `database`.

    In: the address to listen on, and the addresses that may ask. Raises FileNotFoundError where
    PostgreSQL is not installed.
    """

    def __init__(self, host: str = "127.0.0.1", callers: str = "127.0.0.1/32") -> None:
        if not _PLACES:
            raise FileNotFoundError(
                "no PostgreSQL in /usr/lib/postgresql: apt-get install postgresql"
            )
        self.host = host
        self._folder = Path(tempfile.mkdtemp(prefix="cluster-"))
        # The server refuses to run as root.
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user:
            os.chown(self._folder, pwd.getpwnam(self._user).pw_uid, -1)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._databases = 0
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "proof", "--no-sync", "-E", "UTF8")
        with (self._folder / "data" / "pg_hba.conf").open("a") as rights:
            rights.write(f"host all all {callers} trust\n")
        self.process = self._started()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    def database(self) -> str:
        """A new database; its address."""
        self._databases += 1
        name = f"proof{self._databases}"
        self._run("createdb", "-h", self.host, "-p", str(self.port), "-U", "proof", name)
        return f"postgresql://proof@{self.host}:{self.port}/{name}"

    def kill(self) -> None:
        """Kill the server and every process of it at once."""
        self.process.kill()  # perhaps not yet in its folder
        while left := self._processes():
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.poll()
            time.sleep(0.01)
        self.process.wait()

    def hang(self) -> None:
        """Let the server stand still: its connections stay, and nothing comes of them."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End what `hang` began."""
        self._signal(signal.SIGCONT)

    def restart(self) -> None:
        """Start it again after a kill; it mends itself from its log."""
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        sockets = f"unix_socket_directories={self._folder}"
        listen = f"listen_addresses={self.host}"
        options = [
            part for each in (sockets, listen, "max_connections=60") for part in ("-c", each)
        ]
        command = [str(_PLACES[0] / "postgres"), "-D", str(self._folder / "data")]
        with (self._folder / "told").open("ab") as told:
            process = subprocess.Popen(
                [*command, "-p", str(self.port), *options],
                user=self._user,
                cwd=self._folder,
                stdout=told,
                stderr=told,
                start_new_session=True,
            )
        up = comes_up(process, self._ready)
        assert up, f"PostgreSQL does not come up: {(self._folder / 'told').read_text()[-2000:]}"
        return process

    def _ready(self) -> bool:
        asked = [str(_PLACES[0] / "pg_isready"), "-q", "-h", self.host, "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def _run(self, name: str, *arguments: str) -> None:
        told = subprocess.run(
            [str(_PLACES[0] / name), *arguments],
            user=self._user,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr

    def _signal(self, number: int) -> None:
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _processes(self) -> Sequence[int]:
        """The server's processes: all work in its folder of data, also those left by a kill."""
        found = []
        for place in Path("/proc").glob("[0-9]*/cwd"):
            with suppress(OSError):
                if place.readlink() == self._folder / "data":
                    found.append(int(place.parent.name))
        return found
