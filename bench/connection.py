"""A light HTTP client: what it needs itself must not hide what the server needs."""

import http.client
import json
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

API = "/api/v3_0"


class BenchConnection:
    """One kept-alive connection of one user."""

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url
        self._token = token
        self._http = http.client.HTTPConnection(urlsplit(url).netloc, timeout=300)

    @classmethod
    def log_in(cls, url: str, email: str, password: str) -> Self:
        """Return a connection that sends the token of this user."""
        answer = cls(url).post("/api/requestAuthToken", {"email": email, "password": password})
        return cls(url, answer["auth_token"])

    def another(self) -> "BenchConnection":
        """Return a second connection of the same user."""
        return BenchConnection(self._url, self._token)

    def get(self, path: str, **query: Any) -> Any:
        """Return the parsed answer of a GET."""
        return json.loads(self.get_raw(path, **query))

    def get_raw(self, path: str, **query: Any) -> bytes:
        """Return the body of a GET."""
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, None)

    def post(self, path: str, body: Any) -> Any:
        """Return the parsed answer of a POST."""
        return json.loads(self.post_raw(path, json.dumps(body).encode()))

    def post_raw(self, path: str, body: bytes) -> bytes:
        """Return the body of the answer to bytes that are JSON already."""
        return self._send("POST", path, body)

    def patch(self, path: str, body: Any) -> Any:
        """Return the parsed answer of a PATCH."""
        return json.loads(self._send("PATCH", path, json.dumps(body).encode()))

    def _send(self, method: str, path: str, body: bytes | None) -> bytes:
        self._http.request(method, path, body, {"Authorization": self._token, "Content-Type": "application/json"})
        answer = self._http.getresponse()
        content = answer.read()
        if answer.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content
