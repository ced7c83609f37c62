"""Headers that keep pages to themselves: nothing foreign, nothing inline, no frames."""

from collections.abc import Mapping

from starlette.types import Scope

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_HEADERS: Mapping[bytes, bytes] = {
    b"content-security-policy": CONTENT_SECURITY_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}


def security_headers(_scope: Scope) -> Mapping[bytes, bytes]:
    """Return the headers that every page and file carries."""
    return _HEADERS


def safe_next(path: str) -> str:
    """Return where to go after a login: a path of this server, else the start page.

    ``//host`` and backslashes would lead browsers elsewhere.
    """
    is_local = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_local else "/"
