"""Deals in motion."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Company, Contact
from core.fields import LongText, ShortText
from core.money import check_currency
from core.record import Record, keyset_index, unique_reference
from core.search import NOTES
from core.shares import BranchShare, UserShare, once
from core.tenants import TenantModel
from opportunities.choices import ContactRole
from opportunities.querysets import OpportunityManager
from pipelines.models import LookupValue, Pipeline, Stage, Tag


class Opportunity(Record):
    """A deal. probability: percent, set by hand; empty counts as its stage's. An empty amount is not known yet: it adds 0.

    probability_before: what was set by hand before the deal closed, for a reopening. next_step, next_step_at,
    last_activity_at and stage_since are kept by the machine and raise no version.
    """

    name = ShortText(_("name"), max_length=200)
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="opportunities", db_index=False, verbose_name=_("company")
    )
    primary_contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("primary contact")
    )
    lead = models.ForeignKey("leads.Lead", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("lead"))
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+", db_index=False, verbose_name=_("pipeline"))
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", db_index=False, verbose_name=_("stage"))
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=3, validators=[check_currency])
    probability = models.PositiveSmallIntegerField(
        _("probability, %"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    probability_before = models.PositiveSmallIntegerField(null=True, editable=False)
    expected_close_date = models.DateField(_("expected close"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    loss_reason = models.ForeignKey(
        LookupValue, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("loss reason")
    )
    loss_note = ShortText(_("more about the loss"), max_length=500, blank=True)
    notes = LongText(_("notes"), blank=True)
    next_step = ShortText(_("next step"), max_length=200, blank=True, editable=False)
    next_step_at = models.DateTimeField(_("next step due"), null=True, editable=False)
    last_activity_at = models.DateTimeField(_("last activity"), null=True, editable=False)
    stage_since = models.DateTimeField(_("in stage since"), editable=False)
    contacts = models.ManyToManyField(Contact, through="OpportunityContact", blank=True, related_name="+")
    tags = models.ManyToManyField(Tag, through="OpportunityTag", blank=True, verbose_name=_("tags"))

    objects: ClassVar[OpportunityManager] = OpportunityManager()
    reference_pattern = "D-{n}"
    search_number = 3
    search_fields = frozenset({"name", "company", "notes"})
    search_related = ("company",)
    path = "opportunities"
    walls_keys = ((("pipeline_id", "stage_id"), "pipelines.Stage", ("pipeline_id", "id")),)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        permissions = [
            ("close_opportunity", "Can close and reopen opportunities"),
            ("assign_opportunity", "Can give opportunities to somebody else"),
            ("share_opportunity", "Can share opportunities"),
            ("export_opportunity", "Can export opportunities"),
            ("purge_opportunity", "Can delete opportunities for good"),
        ]
        constraints = [
            unique_reference("opportunity_reference"),
            models.CheckConstraint(
                condition=Q(probability=None) | Q(probability__gte=0, probability__lte=100),
                name="opportunity_probability",
                violation_error_message=_("A probability is between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="opportunity_amount",
                violation_error_message=_("An amount is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(loss_reason=None) | Q(closed_at__isnull=False),
                name="opportunity_loss",
                violation_error_message=_("Only a closed opportunity has a loss reason."),
            ),
            models.UniqueConstraint(
                fields=["business", "lead"],
                condition=Q(lead__isnull=False, deleted_at=None),
                name="opportunity_lead",
                violation_error_message=_("This lead has an opportunity already."),
            ),
        ]
        indexes = [
            keyset_index("opportunity_list", "expected_close_date"),
            keyset_index("opportunity_owner", "owner", "expected_close_date"),
            keyset_index("opportunity_branch", "branch", "expected_close_date"),
            keyset_index("opportunity_stage", "stage", "next_step_at"),  # the cards of a lane
            keyset_index("opportunity_owner_stage", "owner", "stage", "expected_close_date"),
            keyset_index("opportunity_amount_list", "amount"),
            keyset_index("opportunity_name", "name"),
            keyset_index("opportunity_created", "created_at"),
            keyset_index("opportunity_updated", "updated_at"),
            keyset_index("opportunity_next_step", "next_step_at"),
            keyset_index("opportunity_closed", "closed_at"),
            keyset_index("opportunity_company", "company", "expected_close_date"),
            keyset_index("opportunity_contact", "primary_contact", "expected_close_date"),
            # Totals of lanes and summaries without touching the table (performance.md, B).
            models.Index(
                fields=["business", "pipeline", "stage"],
                include=["currency", "amount", "probability", "owner", "branch"],
                name="opportunity_totals",
                condition=Q(deleted_at=None),
            ),
            models.Index(
                fields=["business", "owner", "stage"],
                include=["pipeline", "currency", "amount", "probability"],
                name="opportunity_owner_totals",
                condition=Q(deleted_at=None),
            ),
            models.Index(
                fields=["business", "branch", "stage"],
                include=["pipeline", "currency", "amount", "probability", "owner"],
                name="opportunity_branch_totals",
                condition=Q(deleted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def chance(self) -> int:
        """Percent: the deal's own probability, else its stage's."""
        return self.stage.probability if self.probability is None else self.probability

    @property
    def weighted(self) -> Decimal | None:
        """amount × probability / 100."""
        return None if self.amount is None else self.amount * self.chance / 100

    def search_names(self) -> Iterable[str]:
        return (self.name, self.company.name if self.company_id and self.company else "", self.notes[:NOTES])

    @classmethod
    def share_models(cls) -> tuple[Any, Any]:
        return OpportunityUserShare, OpportunityBranchShare


class OpportunityContact(TenantModel):
    """A further person of the deal and what they are to it."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="people")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="deals", verbose_name=_("contact"))
    role = models.CharField(_("role"), max_length=12, choices=ContactRole.choices, blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "contact"],
                name="opportunity_contact_once",
                violation_error_message=_("This person is on the deal already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} {self.contact_id}"


class OpportunityTag(TenantModel):
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["opportunity", "tag"], name="opportunity_tag_once")]

    def __str__(self) -> str:
        return f"{self.opportunity_id} {self.tag_id}"


class OpportunityUserShare(UserShare):
    content_object = models.ForeignKey(Opportunity, models.CASCADE, related_name="user_shares")

    class Meta(UserShare.Meta):
        abstract = False
        constraints = [once("user", name="opportunity_user_share")]


class OpportunityBranchShare(BranchShare):
    content_object = models.ForeignKey(Opportunity, models.CASCADE, related_name="branch_shares")

    class Meta(BranchShare.Meta):
        abstract = False
        constraints = [once("branch", name="opportunity_branch_share")]
