"""Two ways to speak to the API: through Django's test client (fast) and over HTTP to a running server (the real wire)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.services import create_token
from core.context import in_business

ROOT = "/api/v1"


@dataclass
class Answer:
    """What came back; `json` is None where there was no body."""

    status: int
    headers: Mapping[str, str]
    json: Any

    @property
    def codes(self) -> dict[str | None, str]:
        """{field: code} of a problem."""
        return {error["field"]: error["code"] for error in self.json["errors"]}


def token_for(user: User, *scopes: str) -> str:
    """A token of this person, with all scopes unless some are named."""
    with in_business(user.business_id):
        _row, token = create_token(user=user, scopes=scopes or ["*:write"], by=user)
    return token


class Speaker:
    """get, post, patch and delete, with JSON bodies; `raw` sends bytes as they are."""

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        raise NotImplementedError

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        raw = None if body is None else json.dumps(body).encode()
        return self.raw(method, path, raw, **headers)

    def raw(self, method: str, path: str, raw: bytes | None, **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if raw is not None:
            given.setdefault("Content-Type", "application/json")
        return self.ask(method, path if path.startswith(("/api", "http")) else ROOT + path, raw, given)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.send("DELETE", path, None, **headers)


class Api(Speaker):
    """Through Django's test client, with a token of this person; None asks as a stranger."""

    def __init__(self, user: User | None, *scopes: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token_for(user, *scopes)}"} if user else {}

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        given = {**self.headers, **headers}
        kind = given.pop("Content-Type", "")
        response = self.client.generic(method, path, body or b"", content_type=kind, headers=given)
        content = response.content
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.status_code, response.headers, json.loads(content) if content and is_json else None)


class Wire(Speaker):
    """Over HTTP."""

    def __init__(self, base: str, token: str | None) -> None:
        self.base = base
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        address = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(address, data=body, method=method, headers={**self.headers, **headers})
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return self._read(response.status, response.headers, response.read())
        except urllib.error.HTTPError as problem:
            with problem:
                return self._read(problem.code, problem.headers, problem.read())

    def _read(self, status: int, headers: Any, content: bytes) -> Answer:
        return Answer(status, dict(headers.items()), json.loads(content) if content else None)
