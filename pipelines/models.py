"""The set-up of a business: pipelines with their stages, lookup lists and tags; and the log of stage changes."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.fields import ShortText
from core.tenants import TenantModel
from pipelines.choices import LookupList, PipelineKind, StageKind, Tone


class SetUp(TenantModel):
    """A row that administrators order, name in two languages, and retire instead of deleting."""

    key = models.SlugField(_("key"), max_length=40)
    name = ShortText(_("name"), max_length=80)
    name_de = ShortText(_("German name"), max_length=80, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_de if self.name_de and (get_language() or "").startswith("de") else self.name


class Pipeline(SetUp):
    """The stages that records of one kind go through."""

    kind = models.CharField(_("kind"), max_length=12, choices=PipelineKind.choices, default=PipelineKind.OPPORTUNITY)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        ordering = ["kind", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "kind", "key"],
                name="pipeline_key",
                violation_error_message=_("Another pipeline has this key."),
            ),
            models.UniqueConstraint(
                fields=["business", "kind"],
                condition=Q(is_default=True),
                name="pipeline_default",
                violation_error_message=_("There is one default pipeline of each kind."),
            ),
        ]


class LookupValue(SetUp):
    """A value of a list that the business keeps: lead status, lead source, loss reason, industry."""

    list = models.CharField(_("list"), max_length=20, choices=LookupList.choices)
    color = models.CharField(_("colour"), max_length=10, choices=Tone.choices, default=Tone.GRAY)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("list value")
        verbose_name_plural = _("list values")
        ordering = ["list", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "list", "key"],
                name="lookup_key",
                violation_error_message=_("Another value of this list has this key."),
            )
        ]


class Stage(SetUp):
    """One step of a pipeline.

    required_fields: what a record must have to ENTER. probability: percent, the default of its opportunities.
    sets_status: the lead status that entering sets. rotting_days: idle longer is marked.
    """

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="stages", verbose_name=_("pipeline"))
    kind = models.CharField(_("kind"), max_length=6, choices=StageKind.choices, default=StageKind.OPEN)
    probability = models.PositiveSmallIntegerField(
        _("probability, %"), default=0, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    rotting_days = models.PositiveSmallIntegerField(_("idle after days"), null=True, blank=True)
    wip_limit = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    required_fields = models.JSONField(_("required to enter"), default=list, blank=True)
    sets_status = models.ForeignKey(
        LookupValue, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sets lead status")
    )
    color = models.CharField(_("colour"), max_length=10, choices=Tone.choices, default=Tone.GRAY)
    is_entry = models.BooleanField(_("entry stage"), default=False)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["pipeline", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "key"], name="stage_key", violation_error_message=_("Another stage has this key.")),
            models.UniqueConstraint(
                fields=["pipeline"],
                condition=Q(is_entry=True),
                name="stage_entry",
                violation_error_message=_("A pipeline has one entry stage."),
            ),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=100),
                name="stage_probability",
                violation_error_message=_("A probability is between 0 and 100."),
            ),
        ]

    @property
    def is_closed(self) -> bool:
        """Won or lost."""
        return self.kind != StageKind.OPEN


class StageChange(TenantModel):
    """One record went from one stage to another. Velocity, funnel and time in stage are read from here.

    from_stage is empty for the first stage; seconds is the time spent in from_stage; amount as it was then.
    """

    lead = models.ForeignKey("leads.Lead", models.CASCADE, null=True, related_name="stage_changes")
    contact = models.ForeignKey("contacts.Contact", models.CASCADE, null=True, related_name="stage_changes")
    opportunity = models.ForeignKey("opportunities.Opportunity", models.CASCADE, null=True, related_name="stage_changes")
    from_stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    to_stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    amount = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    seconds = models.BigIntegerField(null=True)

    walls_exempt = ("by",)

    class Meta(TenantModel.Meta):
        verbose_name = _("stage change")
        verbose_name_plural = _("stage changes")
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="stage_change_one_record",
                condition=Q(lead__isnull=False, contact=None, opportunity=None)
                | Q(lead=None, contact__isnull=False, opportunity=None)
                | Q(lead=None, contact=None, opportunity__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["business", "to_stage", "at"], name="stage_change_at")]

    def __str__(self) -> str:
        return f"{self.from_stage_id} → {self.to_stage_id}"


class Tag(TenantModel):
    """A free label, hung on records by a through table per record type."""

    name = ShortText(_("name"), max_length=60)
    color = models.CharField(_("colour"), max_length=10, choices=Tone.choices, default=Tone.GRAY)

    class Meta(TenantModel.Meta):
        abstract = False
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "business", models.functions.Lower("name"), name="tag_name", violation_error_message=_("There is a tag of this name.")
            )
        ]

    def __str__(self) -> str:
        return self.name
