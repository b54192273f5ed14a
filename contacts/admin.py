"""Companies and contacts for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.admin import BranchShareInline, UserShareInline
from contacts import services
from contacts.models import Company, CompanyBranchShare, CompanyUserShare, Contact, ContactBranchShare, ContactUserShare
from core.admin import RecordAdmin, TrashFilter

COMPANY_FIELDS = (
    ("name", "legal_name"),
    ("industry", "parent", "owner"),
    ("website", "email", "phone", "tax_number"),
    ("employees", "annual_revenue", "currency"),
    ("billing_street", "billing_zip", "billing_city", "billing_region", "billing_country"),
    ("shipping_street", "shipping_zip", "shipping_city", "shipping_region", "shipping_country"),
    "notes",
    "is_archived",
)
CONTACT_FIELDS = (
    ("designation", "first_name", "last_name"),
    ("contact_type", "account_type", "business_name", "business_address"),
    ("company", "job_title", "owner", "user"),
    ("email", "phone", "mobile", "alternative_contact"),
    ("street", "zip", "city", "region", "country"),
    ("tax_number", "credit_limit", "added_on"),
    "notes",
    ("do_not_contact", "is_archived"),
)
STATE = ("reference", "created_at", "updated_at", "created_by", "version")


class CompanyUserShares(UserShareInline):
    model = CompanyUserShare


class CompanyBranchShares(BranchShareInline):
    model = CompanyBranchShare


class ContactUserShares(UserShareInline):
    model = ContactUserShare


class ContactBranchShares(BranchShareInline):
    model = ContactBranchShare


@admin.register(Company)
class CompanyAdmin(RecordAdmin):
    list_display = ("reference", "name", "industry", "domain", "owner", "branch", "is_archived", "updated_at")
    list_filter = (("industry", admin.RelatedOnlyFieldListFilter), "is_archived", ("owner", admin.RelatedOnlyFieldListFilter), TrashFilter)
    list_select_related = ("owner", "branch", "industry")
    autocomplete_fields = ("parent", "owner")
    fieldsets = ((None, {"fields": COMPANY_FIELDS}), (_("State"), {"fields": STATE}))
    inlines = (CompanyUserShares, CompanyBranchShares)
    actions = ("archive", "restore_chosen", "purge_chosen")
    id_argument = "company_id"
    create = staticmethod(services.create_company)
    update = staticmethod(services.update_company)
    delete = staticmethod(services.delete_company)
    restore = staticmethod(services.restore_company)
    purge = staticmethod(services.purge_company)

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: Any, queryset: QuerySet) -> None:
        self.run(request, queryset, lambda row: services.archive_company(company_id=row.pk, by=request.user), _("%(count)d archived."))


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    list_display = ("reference", "name", "company", "contact_type", "email", "owner", "branch", "is_archived", "updated_at")
    list_filter = ("contact_type", "account_type", "is_archived", ("owner", admin.RelatedOnlyFieldListFilter), TrashFilter)
    list_select_related = ("owner", "branch", "company")
    autocomplete_fields = ("company", "owner", "user")
    readonly_fields = (*STATE, "pipeline", "stage")
    fieldsets = ((None, {"fields": CONTACT_FIELDS}), (_("State"), {"fields": (("pipeline", "stage"), *STATE)}))
    inlines = (ContactUserShares, ContactBranchShares)
    actions = ("archive", "restore_chosen", "purge_chosen")
    id_argument = "contact_id"
    create = staticmethod(services.create_contact)
    update = staticmethod(services.update_contact)
    delete = staticmethod(services.delete_contact)
    restore = staticmethod(services.restore_contact)
    purge = staticmethod(services.purge_contact)

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: Any, queryset: QuerySet) -> None:
        self.run(request, queryset, lambda row: services.archive_contact(contact_id=row.pk, by=request.user), _("%(count)d archived."))
