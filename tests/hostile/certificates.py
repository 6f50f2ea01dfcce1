"""Certificates for servers on loopback: one to trust, and three that must not be trusted."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_HERE = x509.IPAddress(ip_address("127.0.0.1"))
_ELSEWHERE = x509.DNSName("elsewhere.example")


@dataclass(frozen=True)
class Certificates:
    """The server side of TLS for each certificate, and a file with those that are trusted."""

    servers: dict[str, ssl.SSLContext]
    trusted: Path


def make_certificates(folder: Path) -> Certificates:
    """`good` is right in every way; `other` is for another host, `expired` is over, both known;
    nobody knows `unknown`."""
    made = {
        "good": _certificate(folder / "good.pem", _HERE),
        "other": _certificate(folder / "other.pem", _ELSEWHERE),
        "expired": _certificate(folder / "expired.pem", _HERE, expired=True),
        "unknown": _certificate(folder / "unknown.pem", _HERE),
    }
    trusted = folder / "trusted.pem"
    trusted.write_bytes(b"".join(made[name][1] for name in ("good", "other", "expired")))
    return Certificates({name: context for name, (context, _) in made.items()}, trusted)


def _certificate(
    path: Path, host: x509.GeneralName, *, expired: bool = False
) -> tuple[ssl.SSLContext, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, path.stem)])
    end = datetime.now(UTC) + timedelta(days=-1 if expired else 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=2))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, certificate
