"""Lines that are no longer, and no more, than a person reads."""

LONGEST_TEXT, LONGEST_CURL = 240, 700


def shortened(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text in one line, cut where it is longer than `longest`."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 3]} .."


def few(lines: list[str], most: int, kind: str, where: str) -> list[str]:
    """The first lines, and in one more how many more there are of that kind and where they are."""
    left = len(lines) - most
    if left <= 0:
        return lines
    return [*lines[:most], f"and {left} more {kind}{'s' * (left > 1)}; {where}"]
