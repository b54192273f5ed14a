"""The further people of a deal, as a reader may know them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from contacts.models import Contact
from opportunities.models import OpportunityContact


def people_of(user: Any, deal_id: int) -> list[dict[str, Any]]:
    """[{id, name, role}] in the order they came; without an id where the reader may not see the contact. One query."""
    seen = Exists(Contact.objects.visible_to(user).filter(pk=OuterRef("contact_id")))
    rows = OpportunityContact.objects.filter(opportunity=deal_id).annotate(seen=seen).order_by("pk")
    return [
        {**({"id": contact} if may_see else {}), "name": name, "role": role}
        for contact, name, role, may_see in rows.values_list("contact_id", "contact__name", "role", "seen")
    ]
