"""Numbers of things in words."""


def counted(number: int, word: str) -> str:
    """`1 rule`, `2 rules`, `0 entries`."""
    return f"{number} {word}" if number == 1 else f"{number} {plural(word)}"


def plural(word: str) -> str:
    """Several of it; of words that end in a consonant and y too."""
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"
