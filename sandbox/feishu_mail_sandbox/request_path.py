"""Taking a request's path apart, byte for byte as the client sent it.

Web frameworks unquote, join and normalise paths before a handler sees them, which hides the very mistakes that a client
can make with ids. Here every segment is percent-decoded exactly once, after the split.
"""

import ipaddress
import re
from urllib.parse import unquote_to_bytes

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def path_segments(raw_path: str) -> tuple[str, ...] | None:
    """Splits the path of a request target (no query) into decoded segments.

    Returns None for what no route can match: no leading slash, an empty or dot segment (also an encoded one), a `%`
    that is not an escape, or bytes that are not UTF-8.
    """
    if not raw_path.startswith("/") or _BAD_ESCAPE.search(raw_path):
        return None
    try:
        segments = tuple(
            unquote_to_bytes(segment.encode("utf-8", "surrogateescape")).decode("utf-8")
            for segment in raw_path[1:].split("/")
        )
    except UnicodeDecodeError:
        return None
    return None if any(segment in ("", ".", "..") for segment in segments) else segments


def matched_parameters(template: str, segments: tuple[str, ...]) -> dict[str, str] | None:
    """Returns the values of the `{names}` in an OpenAPI path template, or None when the segments do not match it."""
    expected = template[1:].split("/")
    if len(expected) != len(segments):
        return None
    pairs = [*zip(expected, segments, strict=True)]
    parameters = {name.strip("{}"): segment for name, segment in pairs if name.startswith("{")}
    return parameters if all(part == segment or part.startswith("{") for part, segment in pairs) else None


def is_loopback(host: str) -> bool:
    """Returns whether a host is this machine alone, by its name or address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
