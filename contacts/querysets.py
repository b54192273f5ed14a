"""Reads of companies and contacts."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.gathered import gathered
from core.permissions import SYSTEM
from core.record import RecordManager, RecordQuerySet

SHOWN = 10  # of each kind on a page; the list holds the rest


class ContactsQuerySet(RecordQuerySet):
    def in_use(self) -> Self:
        """Without the archived ones, which default lists hide."""
        return self.filter(is_archived=False)

    def for_company_page(self, user: Any) -> Self:
        """Companies with everything that their page says beside the row itself, in one query: the first people and
        subsidiaries by name as [{"id", "name", …}] in `people_list` and `child_list`, and how many people there are."""
        joined = self.select_related("owner", "industry", "parent").with_may_change(user).with_seen(user, "parent").with_tags()
        model: Any = self.model
        contacts = model._meta.get_field("contacts").related_model.objects
        people = contacts.visible_to(user).in_use().order_by("name", "pk")
        count = people.filter(company=OuterRef("pk")).order_by().values("company").annotate(n=Count("pk")).values("n")
        first = people.filter(company=OuterRef(OuterRef("pk"))).values("pk")[:SHOWN]
        children = model.objects.visible_to(user).order_by("name", "pk")
        first_children = children.filter(parent=OuterRef(OuterRef("pk"))).values("pk")[:SHOWN]
        return joined.annotate(
            people_list=gathered(contacts.filter(pk__in=first), "company", id="pk", name="name", job_title="job_title"),
            people_count=Coalesce(Subquery(count), 0),
            child_list=gathered(model.objects.filter(pk__in=first_children), "parent", id="pk", name="name", city="billing_city"),
        )

    def for_contact_page(self, user: Any) -> Self:
        """Contacts likewise."""
        return self.select_related("owner", "company", "stage").with_may_change(user).with_seen(user, "company").with_tags()

    def with_login(self, user_id: int) -> Self:
        """The contact who signs in as this user, if there is one. For the rule that there is one: asks nobody's leave."""
        return self.visible_to(SYSTEM).filter(user_id=user_id)

    def alike(self, **same: Any) -> Self:
        """Rows that equal at least one of these values, empty ones left out; each by its own index."""
        wanted = [Q(**{name: value}) for name, value in same.items() if value]
        return self.filter(reduce(or_, wanted)) if wanted else self.none()


class ContactsManager(RecordManager.from_queryset(ContactsQuerySet)):  # type: ignore[misc]
    pass
