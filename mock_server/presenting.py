"""Where a request carries a credential: in which header, cookie or query parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def presented(
    schemes: Iterable[Mapping[str, Any]], values: Iterable[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and query that carry one value for each security scheme of a document."""
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    for scheme, value in zip(schemes, values, strict=False):
        if scheme["type"] != "apiKey":
            headers["Authorization"] = f"Bearer {value}"
        elif scheme["in"] == "header":
            headers[scheme["name"]] = value
        elif scheme["in"] == "cookie":
            headers["Cookie"] = f"{scheme['name']}={value}"
        else:
            query[scheme["name"]] = value
    return headers, query
