"""One stub as a process and one browser for all tests; a world and a window for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from acceptance.process import Served
from acceptance.wire import Caller
from console.window import FLAGS, PATIENCE, Window
from playwright.sync_api import Browser, expect, sync_playwright

Opening = Callable[..., Window]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a head."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("the tests of the console need chromium: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The stub with every API that comes with Rulebound."""
    with Served("--quiet") as stub:
        yield stub


@pytest.fixture
def caller(served: Served) -> Caller:
    """Asks the stub in a fresh world whose clock stands."""
    return Caller(served.url).new_world()


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[Opening]:
    """Opens windows on a world. Each page that a test saw must have kept quiet and to itself."""
    windows: list[Window] = []

    def one(world: str, url: str = served.url, **options: Any) -> Window:
        windows.append(Window(browser, url, world, **options))
        return windows[-1]

    yield one
    for window in windows:
        window.context.close()
    assert [each for window in windows for each in window.complaints] == []


@pytest.fixture
def window(opened: Opening, caller: Caller) -> Window:
    """A window on the caller's world."""
    return opened(str(caller.world))
