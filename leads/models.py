"""The top of the funnel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Company, Contact
from core.fields import EmailText, LongText, ShortText
from core.money import check_currency
from core.phones import e164
from core.record import Record, keyset_index, unique_reference
from core.shares import BranchShare, UserShare, once
from core.tenants import TenantModel
from leads.querysets import LeadManager
from leads.rules import check_reachable
from opportunities.models import Opportunity
from pipelines.models import LookupValue, Pipeline, Stage, Tag


class Lead(Record):
    """An inquiry, until it is converted into a contact, a company and a deal. Then it is read-only.

    status is the word people say, stage the place in a pipeline where the business uses one.
    """

    owner = models.ForeignKey(  # type: ignore[assignment]  # a lead may wait for an owner; no other record does
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("owner")
    )
    name = ShortText(_("name"), max_length=200)
    company_name = ShortText(_("company"), max_length=200, blank=True)
    email = EmailText(_("e-mail"), max_length=254, blank=True)
    phone = ShortText(_("phone"), max_length=40, blank=True)
    phone_e164 = ShortText(max_length=20, blank=True, editable=False)
    source = models.ForeignKey(
        LookupValue, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("source")
    )
    status = models.ForeignKey(LookupValue, models.PROTECT, related_name="+", db_index=False, verbose_name=_("status"))
    value = models.DecimalField(_("value"), max_digits=15, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    notes = LongText(_("notes"), blank=True)
    pipeline = models.ForeignKey(
        Pipeline, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("pipeline")
    )
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("stage"))
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("existing contact"))
    company = models.ForeignKey(Company, models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("existing company"))
    converted_at = models.DateTimeField(_("converted"), null=True, editable=False)
    converted_to_contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("converted to the contact")
    )
    converted_to_company = models.ForeignKey(
        Company, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("converted to the company")
    )
    converted_to_opportunity = models.ForeignKey(
        Opportunity, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("converted to the opportunity")
    )
    qualified_at = models.DateTimeField(null=True, editable=False)  # erp.lead.qualified is said once per lead
    loss_reason = models.ForeignKey(
        LookupValue, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("loss reason")
    )
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    last_contacted_at = models.DateTimeField(_("last contacted"), null=True, editable=False)
    next_step = ShortText(_("next step"), max_length=200, blank=True, editable=False)
    next_step_at = models.DateTimeField(_("next step due"), null=True, editable=False)
    last_activity_at = models.DateTimeField(_("last activity"), null=True, editable=False)
    stage_since = models.DateTimeField(_("in stage since"), null=True, editable=False)
    tags = models.ManyToManyField(Tag, through="LeadTag", blank=True, verbose_name=_("tags"))

    objects: ClassVar[LeadManager] = LeadManager()
    reference_pattern = "L-{n}"
    search_number = 4
    search_fields = frozenset({"name", "company_name", "email", "phone"})
    derived = ("phone_e164",)
    path = "leads"
    walls_keys = ((("pipeline_id", "stage_id"), "pipelines.Stage", ("pipeline_id", "id")),)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        permissions = [
            ("convert_lead", "Can convert leads"),
            ("assign_lead", "Can give leads to somebody else"),
            ("share_lead", "Can share leads"),
            ("export_lead", "Can export leads"),
            ("purge_lead", "Can delete leads for good"),
        ]
        constraints = [
            unique_reference("lead_reference"),
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone=""),
                name="lead_reachable",
                violation_error_message=_("Give an e-mail address or a phone number."),
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0),
                name="lead_value",
                violation_error_message=_("A value is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100),
                name="lead_score",
                violation_error_message=_("A score is between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(pipeline=None, stage=None) | Q(pipeline__isnull=False, stage__isnull=False),
                name="lead_stage_pair",
                violation_error_message=_("A stage and its pipeline go together."),
            ),
            models.CheckConstraint(
                condition=Q(converted_at__isnull=False)
                | Q(converted_to_contact=None, converted_to_company=None, converted_to_opportunity=None),
                name="lead_converted",
            ),
        ]
        indexes = [
            keyset_index("lead_list", "created_at"),
            keyset_index("lead_owner", "owner", "created_at"),
            keyset_index("lead_branch", "branch", "created_at"),
            keyset_index("lead_status", "status", "created_at"),
            keyset_index("lead_source", "source", "created_at"),
            keyset_index("lead_stage", "stage", "created_at"),
            keyset_index("lead_contact", "contact", "created_at"),
            keyset_index("lead_company", "company", "created_at"),
            keyset_index("lead_name", "name"),
            keyset_index("lead_value_list", "value"),
            keyset_index("lead_score_list", "score"),
            keyset_index("lead_updated", "updated_at"),
            keyset_index("lead_next_step", "next_step_at"),
            models.Index(fields=["business", "email"], name="lead_email", condition=Q(deleted_at=None) & ~Q(email="")),
            models.Index(fields=["business", "phone_e164"], name="lead_phone", condition=Q(deleted_at=None) & ~Q(phone_e164="")),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.email = self.email.lower()
        self.phone_e164 = e164(self.phone)
        check_reachable(self.email, self.phone)

    @property
    def is_converted(self) -> bool:
        return self.converted_at is not None

    def search_names(self) -> Iterable[str]:
        return (self.name, self.company_name)

    def search_personal(self) -> Iterable[str]:
        return (self.email, self.phone)

    @classmethod
    def share_models(cls) -> tuple[Any, Any]:
        return LeadUserShare, LeadBranchShare


class LeadTag(TenantModel):
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["lead", "tag"], name="lead_tag_once")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.tag_id}"


class LeadUserShare(UserShare):
    content_object = models.ForeignKey(Lead, models.CASCADE, related_name="user_shares")

    class Meta(UserShare.Meta):
        abstract = False
        constraints = [once("user", name="lead_user_share")]


class LeadBranchShare(BranchShare):
    content_object = models.ForeignKey(Lead, models.CASCADE, related_name="branch_shares")

    class Meta(BranchShare.Meta):
        abstract = False
        constraints = [once("branch", name="lead_branch_share")]
