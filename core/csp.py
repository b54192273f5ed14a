"""The content security policy of every answer: nothing but our own files, nothing inline.

Templates carry no inline script, style or handler, so the policy needs no nonce and no hash. Where a
package's page cannot live with it, that page alone gets the one directive it lacks, named below.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

# Path prefix -> the directives that differ there. Swagger UI sets one inline style and is read, not worked in.
EXCEPTIONS = {
    "/api/docs/": {"style-src": "'self' 'unsafe-inline'"},
}


def policy_for(path: str) -> str:
    """Return the header's text for a request path."""
    directives = dict(POLICY)
    for prefix, changes in EXCEPTIONS.items():
        if path.startswith(prefix):
            directives.update(changes)
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


class ContentSecurityPolicyMiddleware:
    """Stands before sessions and users, so that their refusals and every error page carry the policy too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Content-Security-Policy"] = policy_for(request.path_info)
        return response
