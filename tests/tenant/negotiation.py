"""Accept and Accept-Language, read as HTTP defines ranges and weights."""

from __future__ import annotations

import re

from tenant.wire import ECE, Call, refuse

MEDIA = {"json": "application/json", "xml": "application/xml"}
LANGUAGES = (
    "en-US",
    "es-ES",
    "fr-FR",
    "it-IT",
    "de-DE",
    "nl-NL",
    "pt-BR",
    "pt-PT",
    "da-DK",
    "ru-RU",
    "fr-CA",
    "zh-CN",
    "ja-JP",
    "ko-KR",
    "sv-SE",
)
_WEIGHT = re.compile(r"^(0(\.[0-9]{0,3})?|1(\.0{0,3})?)$")


def weighted(value: str) -> list[tuple[str, float]]:
    """The ranges of a header with their weights; a weight that is none counts as 0."""
    ranges = []
    for part in value.split(","):
        name, *parameters = [piece.strip() for piece in part.split(";")]
        weight = 1.0
        for parameter in parameters:
            key, _, text = parameter.partition("=")
            if key.strip().lower() == "q":
                weight = float(text) if _WEIGHT.match(text.strip()) else 0.0
        if name:
            ranges.append((name.lower(), weight))
    return ranges


def _weight_of(media: str, ranges: list[tuple[str, float]]) -> float:
    for pattern in (media, media.split("/", maxsplit=1)[0] + "/*", "*/*"):
        weights = [weight for name, weight in ranges if name == pattern]
        if weights:
            return max(weights)
    return 0.0


def default_form(call: Call) -> str:
    """What is answered where Accept leaves it open."""
    return "xml" if call.api == ECE else "json"


def accepted(call: Call) -> str | None:
    """json or xml, whichever Accept prefers; None where it allows neither."""
    value, default = call.header("accept"), default_form(call)
    if value is None:
        return default
    ranges = weighted(value)
    weights = {form: _weight_of(media, ranges) for form, media in MEDIA.items()}
    best = max(weights.values())
    if best <= 0:
        return None
    return default if weights[default] == best else next(f for f in weights if weights[f] == best)


def accept(call: Call) -> str:
    """json or xml; refuses with 406-101."""
    form = accepted(call)
    if form is None and call.has("protocol-any-accept"):
        return default_form(call)
    if form is None:
        raise refuse(406, "406-101", call.header("accept"))
    return form


def spoken(call: Call) -> str | None:
    """The supported language that Accept-Language prefers; None where it allows none."""
    value = call.header("accept-language")
    if value is None:
        return "en-US"
    best: tuple[float, int, str] | None = None
    ranges = weighted(value)
    for rank, language in enumerate(LANGUAGES):
        fits = [(len(n), w) for n, w in ranges if n != "*" and _covers(n, language.lower())]
        fits = fits or [(0, weight) for name, weight in ranges if name == "*"]
        weight = max(fits)[1] if fits else 0.0
        if weight > 0 and (best is None or weight > best[0]):
            best = (weight, rank, language)
    return best[2] if best else None


def _covers(name: str, language: str) -> bool:
    return language == name or language.startswith(name + "-")


def language(call: Call, *, required: bool) -> str:
    """The language to speak; refuses with 400-100 (absent though required) or 406-100."""
    if required and call.header("accept-language") is None:
        raise refuse(400, "400-100", "Accept-Language is missing")
    chosen = spoken(call)
    if chosen is None and call.has("protocol-any-language"):
        return "en-US"
    if chosen is None:
        raise refuse(406, "406-100", call.header("accept-language"))
    return chosen
