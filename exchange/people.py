"""Finding colleagues by what files call them: their e-mail address, their name or their agent number."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from core import context
from exchange.declare import Reference


def find_users(texts: set[str], *, by: Any) -> dict[str, list[Any]]:
    """Colleagues are seen by every member; people of other businesses are not there."""
    called: dict[str, list[Any]] = {}
    for user in User.objects.of(context.business_id()).active().select_related("branch"):
        for word in {user.email.casefold(), user.get_full_name().casefold(), user.agent_number.casefold()} - {""}:
            called.setdefault(word, []).append(user)
    return {text: called.get(" ".join(text.casefold().split()), []) for text in texts}


COLLEAGUE = Reference(find_users)
