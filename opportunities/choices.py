"""The fixed words of this app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Outcome(TextChoices):
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class ContactRole(TextChoices):
    """What a person is to the deal."""

    CHAMPION = "champion", _("Champion")
    DECIDES = "decides", _("Decides")
    INFLUENCES = "influences", _("Influences")
    USES = "uses", _("Uses")
    BLOCKS = "blocks", _("Blocks")
    NOT_ENGAGED = "not_engaged", _("Not engaged")
