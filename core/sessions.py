"""Sessions in the database, by keys of the form that it gives out itself."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as Stored


class SessionStore(Stored):
    """A cookie's text is anybody's: one with a NUL (written as an octal escape) would be an error of PostgreSQL's."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and super()._validate_session_key(key) and key.isascii() and key.isalnum())  # type: ignore[misc]
