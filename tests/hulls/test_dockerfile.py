"""The Dockerfile, followed step by step without a container, and what it leaves behind run."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from hulls.dockerfile import HOUSE, VENV, environment, followed, health, of, stages

TOKEN = "sesame"
PICK = "/core/casemgr/v3/activity/pick"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the root of the image, made by the lines of the first stage."""
    root = tmp_path_factory.mktemp("image")
    said = list(followed(root))
    assert "Successfully built rulebound" in said[-1]
    (root / "work").mkdir()
    return root


def variables(image: Path, **more: str) -> dict[str, str]:
    """What a process of the container has around it. It listens on this machine alone, but is
    called by any name, as it is where it listens everywhere."""
    path = f"{image}/opt/rulebound/bin:{os.environ['PATH']}"
    temporary = {"TMPDIR": str(image / "work"), "HOME": str(image / "work")}
    listening = {"RULEBOUND_SERVE_HOST": "127.0.0.1", "RULEBOUND_SERVE_PORT": "0"}
    listening["RULEBOUND_SERVE_ALLOW_HOST"] = "*"
    return {"PATH": path, **temporary, **environment(stages()[-1]), **listening, **more}


@contextmanager
def begun(image: Path, **more: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The container's process, once it says that it is listening, and its port."""
    last = stages()[-1]
    command = [*yaml.safe_load(of(last, "ENTRYPOINT")[0]), *yaml.safe_load(of(last, "CMD")[0])]
    command[0] = f"{image}/opt/rulebound/bin/{command[0]}"
    with subprocess.Popen(
        command, cwd=image / "work", env=variables(image, **more), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = next(line for line in process.stdout if line.startswith("listening on "))
            yield process, int(said.rpartition(":")[2])
        finally:
            process.kill()


def status(port: int, method: str, path: str, headers: Mapping[str, str]) -> int:
    """What answers who calls the stub by the name a compose file gives it."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request(method, path, headers={"Host": "stub:8400", **headers})
    found = line.getresponse().status
    line.close()
    return found


def healthy(image: Path, port: int) -> bool:
    """Whether the HEALTHCHECK's own command finds a stub well."""
    around = variables(image, RULEBOUND_SERVE_PORT=str(port), http_proxy="http://127.0.0.1:9")
    done = subprocess.run(health(), env=around, capture_output=True, timeout=60, check=False)
    return done.returncode == 0


def everything(root: Path) -> dict[str, int]:
    """All files below a folder, and when each was last written."""
    return {str(each): each.lstat().st_mtime_ns for each in root.rglob("*")}


def test_the_linter_finds_nothing() -> None:
    """hadolint, which knows what goes wrong in such files, is content."""
    done = subprocess.run(
        [VENV / "hadolint", HOUSE / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_only_wheels_with_hashes_come_in() -> None:
    """Every RUN that installs takes wheels by their hashes, or nothing from outside."""
    runs = " && ".join(text for stage in stages() for text in of(stage, "RUN"))
    installs = [each for each in runs.split(" && ") if "pip" in each and "-m venv" not in each]
    assert len(installs) == 4
    for each in installs:
        assert "--no-index" in each or "--require-hashes --only-binary :all:" in each


def test_the_stub_runs_healthy_writes_nothing_and_ends_well(image: Path) -> None:
    """Started as the image starts it: healthy, no file made or changed, 0 at the stop signal."""
    before = everything(image)
    with begun(image) as (process, port):
        assert healthy(image, port)
        assert status(port, "PATCH", PICK, {"Authorization": "Bearer token-anna"}) != 403
        process.send_signal(signal.Signals[of(stages()[-1], "STOPSIGNAL")[0]])
        assert process.wait(30) == 0
    assert not healthy(image, port)
    assert everything(image) == before


@pytest.mark.parametrize(
    ("given", "sent", "expected"),
    [
        ("", {}, 403),
        ("", {"Rulebound-Token": ""}, 403),
        (TOKEN, {}, 403),
        (TOKEN, {"Rulebound-Token": "open"}, 403),
        (TOKEN, {"Rulebound-Token": TOKEN}, 200),
    ],
)
def test_the_control_plane_wants_the_token(
    image: Path, given: str, sent: dict[str, str], expected: int
) -> None:
    """By another name than this machine's only the token opens it; an empty one opens nothing."""
    with begun(image, RULEBOUND_TOKEN=given) as (_, port):
        assert status(port, "POST", "/_rulebound/worlds/default/reset", sent) == expected
        assert status(port, "PATCH", PICK, sent) == 401
        assert healthy(image, port)


def test_nobody_of_note_runs_it() -> None:
    """The user is a number, not root's, as compose and others can see without the image."""
    assert of(stages()[-1], "USER") == ["10001:10001"]
    words = [each.word for each in stages()[-1]]
    assert "RUN" not in words, "what is installed comes from the first stage"
    assert words.index("USER") < words.index("ENTRYPOINT")
