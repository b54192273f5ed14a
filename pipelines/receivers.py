"""What this app does when others say that something happened."""

from __future__ import annotations

from typing import Any

from accounts.events import BusinessCreated
from core.events import subscribe
from core.permissions import SYSTEM
from pipelines.services import set_up_pipelines


@subscribe(BusinessCreated)
def give_set_up(event: BusinessCreated, *, record: Any, by: Any) -> None:
    """A new business starts with a pipeline and its lists."""
    set_up_pipelines(by=SYSTEM)
