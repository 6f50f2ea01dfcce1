"""Values at the edge of what something may be, for requests and answers to be drawn with."""

WRONG = (
    None,
    True,
    False,
    0,
    1,
    -1,
    7,
    1.0,
    0.5,
    1000,
    2**70,
    "",
    " ",
    "1",
    "yes",
    "null",
    [],
    {},
)
LANGUAGES = (
    "",
    " ",
    "en",
    "EN-us",
    "en-US ",
    "en_US",
    "pl-PL",
    "pl-PL, de-DE;q=0.3",
    "*",
    "fr-FR",
)
ACCEPTED = ("", "text/html", "application/json;q=0", "*/*", "application/*", "application/xml")
KINDS = (
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "application/json; charset=iso-8859-1",
    "application/json;charset=iso-8859-1",
    "APPLICATION/JSON",
    "application/problem+json",
    "application/xml",
    "text/plain",
    "application/x-www-form-urlencoded",
    "json",
    "",
)
NUMBERS = ("0", "1", "2", "75", "76", "-1", "01", "1.0", "1e1", "1_0", "+1", " 1", "٣", "1" * 40)
TEXTS = ("", " ", "yes", "YES", "no", "null", "None", "a,b", "x" * 300, "\n", "\u2028", "\x1f")
BODIES = (
    b"",
    b" ",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b'"text"',
    b"0",
    b"\xff\xfe",
    b"NaN",
    b"<activity/>",
)
NAMES = ("extra", "Subject", "id ", "$pagenum", "custom.product", "custom.", "customer", "access")
DATES = (
    "2026-02-30T10:00:00.000Z",
    "2028-02-29T10:00:00.000Z",
    "2026-11-01T24:00:00.000Z",
    "2026-11-01T09:00:60Z",
    "2026-11-01T09:00:00.0000000Z",
    "2026-11-01T09:00:00+23:59",
    "2026-11-01T09:00:00+24:00",
    "2026-11-01t09:00:00z",
    "2026-11-01 09:00:00",
    "0000-01-01T00:00:00Z",
    "2026-11-31 09:00:00",
    "٢٠٢٦-11-01T09:00:00Z",
)
