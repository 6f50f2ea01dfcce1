"""Texts and dates as strategies: anything a person can write, and nothing that is no text."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from hypothesis import strategies as st

# Written where software goes wrong: above U+FFFF, joined, right to left, quoted, looking like code.
ODD = (
    "\U0001f600",
    "\U0002070e\U00020731",
    "a\u0301e\u0308",
    "\u05d0\u05d1\u05d2 abc",
    "\u200d\U0001f469\u200d\U0001f680",
    "<b>&amp;</b>",
    "]]>",
    "'\"\\ %s {0} ${x}",
    "null",
    "0",
    "\u00e9\u00df\u0130\u0131",
)
_LETTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Co", "Cn"), exclude_characters="\ufffe\uffff"
)
# Above U+FFFF, where a text has more code units than characters.
_HIGH = st.characters(
    min_codepoint=0x10000, max_codepoint=0x2FFFF, exclude_categories=("Cs", "Cc", "Co", "Cn")
)


@cache
def texts(most: int = 60) -> st.SearchStrategy[str]:
    """A text of 1 to `most` characters that is neither blank nor holds a control character."""
    mixed = st.text(_LETTERS, min_size=1, max_size=min(most, 60))
    high = st.text(st.one_of(_HIGH, _LETTERS), min_size=1, max_size=min(most, 30))
    odd = st.sampled_from([text for text in ODD if len(text) <= most] or ["x"])
    # As long as may be, where something may be cut off.
    full = st.builds(lambda text, length: (text * most)[:length], odd, st.integers(most // 2, most))
    return st.one_of(odd, mixed, high, full).filter(lambda text: bool(text.strip()))


def moments(near: datetime) -> st.SearchStrategy[datetime]:
    """A moment with whole milliseconds, mostly within two years of `near`, in some time zone."""
    day = 86_400_000
    spans = st.one_of(
        st.integers(-2 * day, 2 * day),
        st.integers(-700 * day, 700 * day),
        st.sampled_from((-1000, 1000, 1, -1, 0, 3_600_000, -3_600_000)),
    )
    away = st.integers(-12 * 4, 13 * 4).map(lambda q: timezone(timedelta(minutes=15 * q)))
    zones = st.one_of(st.just(UTC), away, away)
    return st.builds(
        lambda span, zone: (near + timedelta(milliseconds=span)).astimezone(zone), spans, zones
    )


def rfc3339(moment: datetime) -> str:
    """A moment as RFC 3339 writes it, to the millisecond, with Z for UTC."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
    offset = moment.strftime("%z")
    return f"{text}Z" if moment.tzinfo is UTC else f"{text}{offset[:3]}:{offset[3:]}"
