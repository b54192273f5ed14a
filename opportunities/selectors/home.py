"""The deals that the home page names."""

from __future__ import annotations

import calendar
from typing import Any

from django.utils import timezone

from opportunities.models import Opportunity

SHOWN = 10


def closing_this_month(*, user: Any) -> list[Opportunity]:
    """The user's own open deals that are expected to close by the end of this month, late ones too, the soonest first."""
    today = timezone.localdate()
    last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    rows = Opportunity.objects.visible_to(user).open().filter(owner_id=user.pk, expected_close_date__lte=last)
    return list(rows.select_related("stage").order_by("expected_close_date", "pk")[:SHOWN])


def recently_changed(*, user: Any) -> list[Opportunity]:
    """What the user sees, the last changed first."""
    rows = Opportunity.objects.visible_to(user).select_related("stage", "owner")
    return list(rows.order_by("-updated_at", "-pk")[:SHOWN])
