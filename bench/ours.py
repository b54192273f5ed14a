"""Our requests: through the whole stack, by Django's test client, signed in by session, all middleware in place."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

from django.template.backends.django import Template
from django.test import Client

from accounts.models import Business, User
from bench.database import using
from core.context import in_business
from opportunities.models import Opportunity
from pipelines.models import Stage

API = "/api/v1/opportunities/"
LIST = "/opportunities/"
DEPTH = 10_000


class Ours:
    """One database with signed-in people: the first seller owns most, the last only has shares, `lead` leads branch 1."""

    def __init__(self, wrapper: Any) -> None:
        self.wrapper = wrapper
        self.numbers = itertools.count(int(time.time()))
        with using(wrapper):
            self.business = Business.objects.get(slug="load-a")
            with in_business(self.business):
                people = User.objects.select_related("branch").filter(business=self.business)
                self.users = {user.email.partition("@")[0]: user for user in people}
                self.stages = {stage.key: stage.pk for stage in Stage.objects.filter(pipeline__key="sales").order_by("order")}
                owner = self.users["u1"]
                deals = Opportunity.objects.filter(owner=owner, stage__key="new").order_by("expected_close_date", "id")
                self.deal = deals.values_list("id", flat=True)[0]
                self.depth = min(DEPTH, max(deals.count() - 60, 0))
                self.after = deals.values_list("expected_close_date", "id")[max(self.depth - 1, 0)]
            self.clients = {name: self._client(self.users[name]) for name in ("u1", "u100", "lead", "manager")}
            self.deep_url = self._walk()

    def _client(self, user: User) -> Client:
        client = Client()
        client.force_login(user, backend="accounts.backends.RoleBackend")
        return client

    def get(self, who: str, url: str, **headers: str) -> Any:
        with using(self.wrapper):
            response = self.clients[who].get(url, headers=headers or None)
            response.content  # noqa: B018 (streamed answers are made here)
        assert response.status_code == 200, (response.status_code, url, response.content[:300])
        return response

    def send(self, method: str, who: str, url: str, body: dict[str, Any]) -> Any:
        with using(self.wrapper):
            response = getattr(self.clients[who], method)(url, body, content_type="application/json")
        assert response.status_code in (200, 201), (response.status_code, url, response.content[:300])
        return response

    @property
    def first_url(self) -> str:
        return f"{API}?owner=me&stage=new"

    def _walk(self) -> str:
        """The address of the page at the depth, by following `next` in the longest steps."""
        url, walked = self.first_url, 0
        while walked < self.depth:
            step = min(200, self.depth - walked)
            answer = self.get("u1", f"{url}&limit={step}").json()
            walked += step
            if not answer["next"]:
                break
            url = answer["next"].replace("http://testserver", "").replace(f"&limit={step}", "")
        return url

    def create_lead(self) -> Any:
        number = next(self.numbers)
        body = {"name": f"Ana Bench {number}", "email": f"ana{number}@bench.example", "company_name": "Bench Systems", "source": "website"}
        return self.send("post", "u1", "/api/v1/leads/", body)

    def move(self) -> Any:
        stage = ("discovery", "new")[next(self.numbers) % 2]
        return self.send("patch", "u1", f"{API}{self.deal}/", {"stage": stage})


def template_time(run: Callable[[], Any]) -> float:
    """Milliseconds that one call spends in templates (the outermost ones)."""
    spent, depth = 0.0, 0
    render = Template.render

    def timed(self: Template, *given: Any, **named: Any) -> Any:
        nonlocal spent, depth
        depth += 1
        began = time.perf_counter()
        try:
            return render(self, *given, **named)
        finally:
            depth -= 1
            if depth == 0:
                spent += (time.perf_counter() - began) * 1000

    Template.render = timed  # type: ignore[method-assign]
    try:
        run()
    finally:
        Template.render = render  # type: ignore[method-assign]
    return spent
