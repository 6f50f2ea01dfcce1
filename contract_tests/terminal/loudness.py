"""How much a command prints."""

from enum import Enum


class Loudness(Enum):
    """QUIET: nothing but how it ended. NORMAL: how far it is, and a summary that fits on a screen.
    VERBOSE: everything."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"
