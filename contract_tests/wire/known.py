"""An answer that came before: the bytes of the next one are held against it as they arrive."""

from dataclasses import dataclass

from rulebound.contract_tests.wire.framing import AnswerReader

CHANGING = frozenset(("date", "rulebound-explain", "rulebound-world"))
"""Headers that change by themselves; the page that explains an answer has its number."""
_END = b"\r\n\r\n"
_LONGEST = 200
"""No value that changes is longer."""


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """The bytes of an answer: its head, cut where a value changes, and all that follows."""

    head: tuple[bytes, ...]
    rest: bytes

    def holds(self, come: bytes | bytearray) -> bool | None:
        """Whether these bytes are the answer once more; None while its end has not come."""
        end = 0
        for part in self.head:
            if end:
                end = _after_value(come, end)
            if not come.startswith(part, end):
                return False
            end += len(part)
        if len(come) - end == len(self.rest):
            return come.endswith(self.rest)
        # The same head announces as much: what is a part of the rest cannot be all.
        return None if self.rest.startswith(bytes(come[end:])) else False


def _after_value(come: bytes | bytearray, at: int) -> int:
    """Where the value that begins there ends, as far as it is one; what follows is compared."""
    end = come.find(b"\r", at, at + _LONGEST + 1)
    if end < 0 or come.find(b"\n", at, end) >= 0 or come.find(b"\0", at, end) >= 0:
        return at
    return end


def known_answer(raw: bytes) -> KnownAnswer:
    """What holds for the same answer. In: all bytes of an answer that was read to its end."""
    head, end, rest = raw.partition(_END)
    parts, text = [], b""
    for number, line in enumerate(head.split(b"\r\n")):
        text += b"\r\n" if number else b""
        name, colon, value = line.partition(b":")
        if colon and name.lower().decode("latin-1") in CHANGING:
            parts.append(text + name + colon + value[: len(value) - len(value.lstrip(b" "))])
            text = b""
        else:
            text += line
    return KnownAnswer((*parts, text + end), rest)


class KeepingReader(AnswerReader):
    """Keeps the bytes it reads in `come`."""

    def __init__(self, method: str, most_bytes: int) -> None:
        super().__init__(method, most_bytes)
        self.come = bytearray()

    def feed(self, data: bytes) -> None:
        self.come += data
        super().feed(data)


class HoldingReader(KeepingReader):
    """Holds what arrives against a known answer, and reads it where it is another one.

    `known` turns true where all of it is the known answer: that was within every limit, so this
    one is, and the connection may carry another as it might then.
    """

    def __init__(self, method: str, most_bytes: int, answer: KnownAnswer) -> None:
        # All else is made only for what must be read.
        self.known = self.complete = self.reusable = False
        self.status: int | None = None
        self.received = 0
        self.come = bytearray()
        self._answer: KnownAnswer | None = answer
        self._method, self._most_bytes = method, most_bytes

    def feed(self, data: bytes) -> None:
        if self._answer is None:
            super().feed(data)
            return
        self.come += data
        self.received = len(self.come)
        holds = self._answer.holds(self.come) if data else False
        if holds:
            self.known = self.complete = self.reusable = True
        elif holds is False:
            self.read(closed=not data)

    def read(self, *, closed: bool = False) -> None:
        """Read what has come so far, known or not. Raises TargetFault."""
        come, self._answer, self.known = self.come, None, False
        super().__init__(self._method, self._most_bytes)
        if come:
            super().feed(bytes(come))
        if closed and not self.complete:
            super().feed(b"")
