"""The fixed words of this app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ContactType(TextChoices):
    CUSTOMER = "customer", _("Customer")
    SUPPLIER = "supplier", _("Supplier")
    BOTH = "both", _("Customer and supplier")
    PARTNER = "partner", _("Partner")
    PROSPECT = "prospect", _("Prospect")


class AccountType(TextChoices):
    INDIVIDUAL = "individual", _("Individual")
    BUSINESS = "business", _("Business")
