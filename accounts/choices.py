"""The fixed words of this app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    """How far a role reaches, one for all kinds of record."""

    OWN = "own", _("Own records")
    BRANCH = "branch", _("Records of the branch")
    BUSINESS = "business", _("All records of the business")


class Language(TextChoices):
    EN = "en", _("English")
    DE = "de", _("German")


class Theme(TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(TextChoices):
    DEFAULT = "default", _("Normal")
    COMPACT = "compact", _("Compact")
    RELAXED = "relaxed", _("Relaxed")
