"""The endpoints of companies and contacts."""

from contacts.api.companies import CompanyViewSet
from contacts.api.people import ContactViewSet

__all__ = ["CompanyViewSet", "ContactViewSet"]
