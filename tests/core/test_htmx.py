"""render_page: one address answers the page or the part of it that was asked for."""

import pytest
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory, override_settings

from core.htmx import render_page

PAGE = (
    "{% load partials %}<main>{% partialdef results inline %}<div id='results'>{{ fragment }} {{ word }}</div>{% endpartialdef %}</main>"
    "{% partialdef total %}<b id='total'{% if oob %} hx-swap-oob='true'{% endif %}></b>{% endpartialdef %}"
)
LOADERS = [("template_partials.loader.Loader", [("django.template.loaders.locmem.Loader", {"page.html": PAGE})])]


@pytest.fixture
def _page_exists() -> object:
    backend = {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": LOADERS}}
    backend["OPTIONS"]["builtins"] = ["template_partials.templatetags.partials"]  # type: ignore[index]
    with override_settings(TEMPLATES=[backend]):
        assert engines["django"]
        yield


def ask(rf: RequestFactory, **headers: str) -> HttpResponse:
    request = rf.get("/leads/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    return render_page(request, "page.html", {"word": "<hi>"}, partials=("results",), oob=("total",), status=200)


@pytest.mark.usefixtures("_page_exists")
class TestOneAddress:
    def test_a_browser_gets_the_page(self, rf: RequestFactory) -> None:
        answer = ask(rf)
        assert answer.content.decode() == "<main><div id='results'>None &lt;hi&gt;</div></main>"
        assert "Cache-Control" not in answer

    def test_htmx_gets_the_part_it_names_and_what_goes_with_it(self, rf: RequestFactory) -> None:
        answer = ask(rf, hx_request="true", hx_target="results")
        assert answer.content.decode() == "<div id='results'>results &lt;hi&gt;</div><b id='total' hx-swap-oob='true'></b>"
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("target", ["total", "page", "../secret", ""])
    def test_a_part_that_is_not_on_the_list_is_the_page(self, rf: RequestFactory, target: str) -> None:
        assert ask(rf, hx_request="true", hx_target=target).content.startswith(b"<main>")

    def test_a_history_restore_is_the_page(self, rf: RequestFactory) -> None:
        answer = ask(rf, hx_request="true", hx_target="results", hx_history_restore_request="true")
        assert answer.content.startswith(b"<main>")

    @pytest.mark.parametrize("headers", [{}, {"hx_request": "true", "hx_target": "results"}])
    def test_caches_are_told_what_the_answer_depends_on(self, rf: RequestFactory, headers: dict[str, str]) -> None:
        assert ask(rf, **headers)["Vary"] == "HX-Request, HX-Target"
