"""Takes a body out of its content coding as it arrives, never further than allowed."""

import zlib

from rulebound.contract_tests.wire.message import TargetFault

_EITHER_HEADER = 32 + zlib.MAX_WBITS
_NO_HEADER = -zlib.MAX_WBITS


class Decoder:
    """Takes the pieces of a body in gzip or deflate.

    In: the coding, and the bytes that may come out in all. Every method raises TargetFault for a
    body that is not in that coding, or larger.
    """

    def __init__(self, coding: str, most_bytes: int) -> None:
        self._coding, self._most_bytes = coding, most_bytes
        self._given = 0
        self._inflating: zlib._Decompress | None = None
        self._head = b""

    def take(self, data: bytes) -> bytes:
        """What a piece of the body means."""
        try:
            out = self._inflated(data)
        except zlib.error as error:
            raise TargetFault(f"the body is not in {self._coding}, as it says ({error})") from error
        self._given += len(out)
        if self._given > self._most_bytes:
            raise TargetFault(f"the answer is larger than {self._most_bytes} bytes when unpacked")
        if self._inflating is not None and self._inflating.unused_data:
            raise TargetFault(f"bytes follow after the end of the {self._coding} in the body")
        return out

    def end(self) -> None:
        """The body is over; one without a byte is taken as empty."""
        if self._head and not (self._inflating is not None and self._inflating.eof):
            raise TargetFault(f"the {self._coding} of the body ended before its end")

    def _inflated(self, data: bytes) -> bytes:
        # One more than allowed tells a body that is just as large from a larger one.
        room = self._most_bytes - self._given + 1
        if self._inflating is not None:
            return self._inflating.decompress(data, room)
        self._head += data
        # The two bytes of a header tell what follows.
        if len(self._head) < 2:
            return b""
        self._inflating = zlib.decompressobj(_EITHER_HEADER)
        try:
            return self._inflating.decompress(self._head, room)
        except zlib.error:
            if self._coding != "deflate":
                raise
            # Many servers send deflate without the header it should have.
            self._inflating = zlib.decompressobj(_NO_HEADER)
            return self._inflating.decompress(self._head, room)


def decoder_for(codings: str, most_bytes: int) -> Decoder | None:
    """What unpacks a body with this Content-Encoding; None for a body that is not packed.

    Nothing is ever asked to be packed. Raises TargetFault for other codings, and for several.
    """
    names = [name.strip().lower() for name in codings.split(",")]
    packed = [name for name in names if name not in ("", "identity")]
    if not packed:
        return None
    if packed in (["gzip"], ["x-gzip"], ["deflate"]):
        return Decoder(packed[0], most_bytes)
    raise TargetFault(f"the body is packed in {', '.join(packed)[:100]}, which nobody asked for")
