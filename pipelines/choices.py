"""The fixed words of this app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PipelineKind(TextChoices):
    """Which records a pipeline is for."""

    LEAD = "lead", _("Leads")
    CONTACT = "contact", _("Contacts")
    OPPORTUNITY = "opportunity", _("Opportunities")


class StageKind(TextChoices):
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class Tone(TextChoices):
    """Colours of stages, values and tags; the stylesheet knows them by these names."""

    GRAY = "gray", _("Grey")
    BLUE = "blue", _("Blue")
    VIOLET = "violet", _("Violet")
    TEAL = "teal", _("Teal")
    GREEN = "green", _("Green")
    AMBER = "amber", _("Amber")
    RED = "red", _("Red")
    PINK = "pink", _("Pink")


class LookupList(TextChoices):
    """The lists of values that a business edits itself."""

    LEAD_STATUS = "lead_status", _("Lead status")
    LEAD_SOURCE = "lead_source", _("Lead source")
    LOSS_REASON = "loss_reason", _("Loss reason")
    INDUSTRY = "industry", _("Industry")
