"""The content security policy: one strict text everywhere, one directive more for one page of a package."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.csp import ContentSecurityPolicyMiddleware, policy_for

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/", "/leads/", "/login/", "/admin/", "/api/v1/leads/", "/api/docs", "/x/api/docs/"])
def test_every_path_gets_the_strict_policy(path: str) -> None:
    assert policy_for(path) == STRICT


def test_the_api_documentation_may_set_inline_styles_and_nothing_else() -> None:
    assert policy_for("/api/docs/") == STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


def test_every_answer_carries_the_policy(rf: RequestFactory) -> None:
    answer = ContentSecurityPolicyMiddleware(lambda request: HttpResponse(status=500))(rf.get("/leads/"))
    assert answer["Content-Security-Policy"] == STRICT
