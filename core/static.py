"""Static files in production: each one under a name with its content's hash, kept by browsers for ever."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Also rewrites the imports between our own modules, so that none is fetched under two names.

    Django's switch for that reads every package's scripts too, and a stray "import" in a bundle fails the
    collection; hence its patterns for ``js/`` alone.
    """

    patterns: Any = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
