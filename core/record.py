"""The base of everything that people work on: leads, companies, contacts, opportunities, activities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Case, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from core import search
from core.access import codename, reach, reach_at
from core.gathered import gathered
from core.tenants import TenantManager, TenantModel, TenantQuerySet


def sees(relation: str, model: Any, user: Any) -> Case:
    """Whether the user may open the related record, of rows that are joined with it: a sub-select each would cost the
    planner more than the page."""
    seen = Q(reach_at(relation, user, model), **{f"{relation}__deleted_at__isnull": True, f"{relation}__isnull": False})
    return Case(When(seen, then=True), default=False, output_field=BooleanField())


class RecordQuerySet(TenantQuerySet):
    """`visible_to` leaves out the trash; `in_trash` is the only other door."""

    def visible_to(self, user: Any) -> Self:
        """The rows this user may see."""
        return self.filter(reach(user, self.model, "view"), deleted_at=None)

    def owned_by(self, user: Any) -> Self:
        """What visible_to() and the owner say together, without the OR over scope and shares: a person's own rows are always
        visible where their role sees the kind at all. The planner estimates the long form at a hundredth of the rows."""
        if user.is_active and user.has_perm(codename(self.model, "view")):
            return self.filter(owner_id=user.pk, deleted_at=None)
        return self.none()

    def changeable_by(self, user: Any) -> Self:
        """The rows this user may change."""
        return self.filter(reach(user, self.model, "change"), deleted_at=None)

    def in_trash(self, user: Any) -> Self:
        """The deleted rows this user could see before, and may delete or restore."""
        return self.filter(reach(user, self.model, "view"), deleted_at__isnull=False)

    def with_may_change(self, user: Any) -> Self:
        """Each row says whether the user may change it: `can_change`. No extra query."""
        allowed = Case(When(reach(user, self.model, "change"), then=True), default=False, output_field=BooleanField())
        return self.annotate(can_change=allowed)

    def with_seen(self, user: Any, *relations: str) -> Self:
        """Each row says whether the user may open the records that it names: `company_seen`. No extra query."""
        seen = {}
        for name in relations:
            model: Any = self.model._meta.get_field(name).related_model
            seen[f"{name}_seen"] = sees(name, model, user)
        return self.annotate(**seen)

    def with_tags(self) -> Self:
        """Each row has its tags as [{"id", "name", "color"}] in `tag_list`, or None. No extra query."""
        model: Any = self.model
        kind = str(model._meta.model_name)
        rows = model.tags.through.objects.filter(**{kind: OuterRef("pk")})
        return self.annotate(tag_list=gathered(rows, kind, id="tag_id", name="tag__name", color="tag__color"))

    def found(self, query: str, *, user: Any) -> Self:
        """The rows whose search entry has every word of the query. Raises SearchRefused above the limits."""
        rows: Any = search.found(self, query, user=user)
        return rows


class RecordManager(TenantManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    pass


class Record(TenantModel):
    """reference: the number people say on the phone, unique per business. version: raised by every change, so that
    forms and API refuse a lost update. branch follows the owner."""

    reference = models.CharField(_("reference"), max_length=30, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("owner"))
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False, verbose_name=_("branch")
    )
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("changed"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False, verbose_name=_("created by")
    )
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False, verbose_name=_("deleted by")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects: ClassVar[RecordManager] = RecordManager()
    walls_exempt = ("created_by", "deleted_by")

    # What a kind says of itself. search_number is stored in SearchEntry and never changes.
    reference_pattern: ClassVar[str] = ""
    search_number: ClassVar[int] = 0
    path: ClassVar[str] = ""
    search_fields: ClassVar[frozenset[str]] = frozenset({"name"})  # a change of one of these rewrites the search entry
    search_related: ClassVar[tuple[str, ...]] = ()  # what search_names reads beside the row, for select_related
    derived: ClassVar[tuple[str, ...]] = ()  # what clean() works out from other fields: stored with every change

    class Meta(TenantModel.Meta):
        abstract = True

    @property
    def title(self) -> str:
        """What history and links call this record."""
        return str(getattr(self, "name", "") or self.reference)

    def numbering(self) -> tuple[str, str] | None:
        """(sequence, pattern) that a new record takes its reference from; None when its kind has no reference."""
        return (str(self._meta.model_name), self.reference_pattern) if self.reference_pattern else None

    def search_names(self) -> Iterable[str]:
        """Texts by which anybody who sees the record finds it, beside its reference."""
        return (self.title,)

    def search_personal(self) -> Iterable[str]:
        """E-mails and phone numbers: found in part only by readers with contacts.view_pii. None where nothing is personal."""
        return ()

    @classmethod
    def share_models(cls) -> tuple[Any, Any]:
        """(user share model, branch share model)."""
        raise NotImplementedError


def keyset_index(name: str, *columns: str) -> models.Index:
    """The one shape of index that lists walk: business first, id last, without the trash (dataviews.md §3)."""
    return models.Index(fields=["business", *columns, "id"], name=name, condition=Q(deleted_at=None))


def unique_reference(name: str) -> models.UniqueConstraint:
    """A reference is never given twice in a business, the trash included: it stays findable on old paper."""
    return models.UniqueConstraint(fields=["business", "reference"], name=name)
