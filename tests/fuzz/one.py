"""One target under atheris: `python -m tests.fuzz.one TARGET FOLDER [libFuzzer's options]`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["rulebound"], enable_loader_override=False):
    from tests.fuzz.targets import target

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, target(name))
    atheris.Fuzz()
