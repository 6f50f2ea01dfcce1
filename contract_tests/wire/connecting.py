"""Opens a connection to a target by a point in time, looking its name up and greeting included."""

import queue
import socket
import ssl
import threading
import time

_Addresses = list[tuple[int, int, int, str, tuple[object, ...]]]


def left(until: float) -> float:
    """The seconds until a point in time (monotonic). Raises TimeoutError when it has passed."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def connected(host: str, port: int, until: float, tls: ssl.SSLContext | None) -> socket.socket:
    """A connection, with the certificate verified where there is TLS.

    Raises TimeoutError at `until`, and OSError.
    """
    line = _first_to_answer(host, port, until)
    try:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is None:
            return line
        line.settimeout(left(until))
        return tls.wrap_socket(line, server_hostname=host)
    except BaseException:
        line.close()
        raise


def _first_to_answer(host: str, port: int, until: float) -> socket.socket:
    """Each address has an equal part of the time that is left, so that one where nobody listens
    leaves some to the others."""
    fault: OSError | None = None
    addresses = _addresses(host, port, until)
    for number, (family, kind, protocol, _, address) in enumerate(addresses):
        seconds = left(until) / (len(addresses) - number)
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(seconds)
            line.connect(address)
        except OSError as error:
            line.close()
            fault = error
        else:
            return line
    raise fault or OSError(f"the name {host} has no address")


def _addresses(host: str, port: int, until: float) -> _Addresses:
    kind = socket.SOCK_STREAM
    try:
        return list(socket.getaddrinfo(host, port, type=kind, flags=socket.AI_NUMERICHOST))
    except (OSError, UnicodeError):
        pass
    # The system's look-up knows no deadline: it is left behind when it takes too long.
    found: queue.SimpleQueue[_Addresses | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(list(socket.getaddrinfo(host, port, type=kind)))
        except (OSError, UnicodeError) as error:
            found.put(OSError(f"the name {host!r} cannot be looked up ({error})"))

    threading.Thread(target=look_up, daemon=True).start()
    try:
        result = found.get(timeout=left(until))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, OSError):
        raise result
    return result
