"""People and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.choices import AccountType, ContactType
from contacts.querysets import ContactsManager
from contacts.rules import check_consents, check_contact, check_country, company_domain, contact_name
from core.fields import EmailText, LongText, ShortText
from core.money import check_currency
from core.phones import e164
from core.record import Record, keyset_index, unique_reference
from core.search import fold
from core.shares import BranchShare, UserShare, once
from core.tenants import TenantModel
from pipelines.models import LookupValue, Pipeline, Stage, Tag


class Company(Record):
    """An organisation. domain, name_folded and phone_e164 are derived, for matching and search."""

    name = ShortText(_("name"), max_length=200)
    legal_name = ShortText(_("legal name"), max_length=200, blank=True)
    industry = models.ForeignKey(
        LookupValue, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("industry")
    )
    website = ShortText(_("website"), max_length=255, blank=True)
    domain = ShortText(_("domain"), max_length=120, blank=True, editable=False)
    email = EmailText(_("e-mail"), max_length=254, blank=True)
    phone = ShortText(_("phone"), max_length=40, blank=True)
    phone_e164 = ShortText(max_length=20, blank=True, editable=False)
    tax_number = ShortText(_("tax number"), max_length=40, blank=True)
    billing_street = ShortText(_("street"), max_length=200, blank=True)
    billing_zip = ShortText(_("postcode"), max_length=20, blank=True)
    billing_city = ShortText(_("city"), max_length=100, blank=True)
    billing_region = ShortText(_("region"), max_length=100, blank=True)
    billing_country = ShortText(_("country"), max_length=2, blank=True)
    shipping_street = ShortText(_("delivery street"), max_length=200, blank=True)
    shipping_zip = ShortText(_("delivery postcode"), max_length=20, blank=True)
    shipping_city = ShortText(_("delivery city"), max_length=100, blank=True)
    shipping_region = ShortText(_("delivery region"), max_length=100, blank=True)
    shipping_country = ShortText(_("delivery country"), max_length=2, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    annual_revenue = models.DecimalField(
        _("annual revenue"), max_digits=17, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[check_currency])
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="subsidiaries", verbose_name=_("parent"))
    notes = LongText(_("notes"), blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)
    name_folded = ShortText(max_length=400, editable=False)
    tags = models.ManyToManyField(Tag, through="CompanyTag", blank=True, verbose_name=_("tags"))

    objects: ClassVar[ContactsManager] = ContactsManager()
    reference_pattern = "CO-{n}"
    search_number = 1
    search_fields = frozenset({"name", "legal_name", "website", "email", "phone"})
    derived = ("domain", "phone_e164", "name_folded")
    path = "companies"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        permissions = [
            ("assign_company", "Can give companies to somebody else"),
            ("share_company", "Can share companies"),
            ("export_company", "Can export companies"),
            ("purge_company", "Can delete companies for good"),
            ("view_pii", "Can see e-mails, phone numbers and other personal data in full"),
        ]
        constraints = [
            unique_reference("company_reference"),
            models.CheckConstraint(
                condition=Q(annual_revenue__isnull=True) | Q(annual_revenue__gte=0),
                name="company_revenue",
                violation_error_message=_("Annual revenue is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(annual_revenue__isnull=True) | ~Q(currency=""),
                name="company_revenue_currency",
                violation_error_message=_("Annual revenue needs a currency."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")),
                name="company_parent",
                violation_error_message=_("A company cannot stand above itself."),
            ),
        ]
        indexes = [
            keyset_index("company_list", "name"),
            keyset_index("company_created", "created_at"),
            keyset_index("company_updated", "updated_at"),
            keyset_index("company_revenue_list", "annual_revenue"),
            keyset_index("company_owner", "owner", "name"),
            keyset_index("company_branch", "branch", "name"),
            keyset_index("company_industry", "industry", "name"),
            models.Index(fields=["business", "name_folded"], name="company_folded", condition=Q(deleted_at=None)),
            models.Index(fields=["business", "domain"], name="company_domain", condition=Q(deleted_at=None) & ~Q(domain="")),
            models.Index(fields=["business", "email"], name="company_email", condition=Q(deleted_at=None) & ~Q(email="")),
            models.Index(fields=["business", "phone_e164"], name="company_phone", condition=Q(deleted_at=None) & ~Q(phone_e164="")),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_country(self.billing_country, "billing_country")
        check_country(self.shipping_country, "shipping_country")
        self.email = self.email.lower()
        self.phone_e164 = e164(self.phone)
        self.domain = company_domain(self.website, self.email)
        self.name_folded = fold(self.name)[:400]

    def search_names(self) -> Iterable[str]:
        return (self.name, self.legal_name, self.domain)

    def search_personal(self) -> Iterable[str]:
        return (self.email, self.phone)

    @classmethod
    def share_models(cls) -> tuple[Any, Any]:
        return CompanyUserShare, CompanyBranchShare


class Contact(Record):
    """A person, or a business account. `name` is derived: the person's name, else the business name."""

    name = ShortText(_("name"), max_length=250, editable=False)
    first_name = ShortText(_("first name"), max_length=100, blank=True)
    last_name = ShortText(_("last name"), max_length=100, blank=True)
    designation = ShortText(_("form of address"), max_length=30, blank=True)
    contact_type = models.CharField(_("type"), max_length=10, choices=ContactType.choices, default=ContactType.PROSPECT)
    account_type = models.CharField(_("account"), max_length=10, choices=AccountType.choices, default=AccountType.INDIVIDUAL)
    business_name = ShortText(_("business name"), max_length=200, blank=True)
    business_address = ShortText(_("business address"), max_length=255, blank=True)
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, blank=True, related_name="contacts", db_index=False, verbose_name=_("company")
    )
    job_title = ShortText(_("job title"), max_length=120, blank=True)
    email = EmailText(_("e-mail"), max_length=254, blank=True)
    phone = ShortText(_("phone"), max_length=40, blank=True)
    phone_e164 = ShortText(max_length=20, blank=True, editable=False)
    mobile = ShortText(_("mobile"), max_length=40, blank=True)
    mobile_e164 = ShortText(max_length=20, blank=True, editable=False)
    alternative_contact = ShortText(_("other phone"), max_length=40, blank=True)
    street = ShortText(_("street"), max_length=200, blank=True)
    zip = ShortText(_("postcode"), max_length=20, blank=True)
    city = ShortText(_("city"), max_length=100, blank=True)
    region = ShortText(_("region"), max_length=100, blank=True)
    country = ShortText(_("country"), max_length=2, blank=True)
    tax_number = ShortText(_("tax number"), max_length=40, blank=True)
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=15, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    pipeline = models.ForeignKey(
        Pipeline, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("pipeline")
    )
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("stage"))
    added_on = models.DateField(_("added on"), default=timezone.localdate)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("login")
    )
    notes = LongText(_("notes"), blank=True)
    do_not_contact = models.BooleanField(_("do not contact"), default=False)
    consents = models.JSONField(_("consents"), default=dict, blank=True)
    is_archived = models.BooleanField(_("archived"), default=False)
    name_folded = ShortText(max_length=500, editable=False)
    tags = models.ManyToManyField(Tag, through="ContactTag", blank=True, verbose_name=_("tags"))

    objects: ClassVar[ContactsManager] = ContactsManager()
    reference_pattern = "C-{n}"
    search_number = 2
    search_fields = frozenset({"first_name", "last_name", "business_name", "email", "phone", "mobile", "alternative_contact"})
    derived = ("name", "name_folded", "phone_e164", "mobile_e164")
    path = "contacts"
    walls_keys = ((("pipeline_id", "stage_id"), "pipelines.Stage", ("pipeline_id", "id")),)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        permissions = [
            ("assign_contact", "Can give contacts to somebody else"),
            ("share_contact", "Can share contacts"),
            ("export_contact", "Can export contacts"),
            ("purge_contact", "Can delete contacts for good"),
        ]
        constraints = [
            unique_reference("contact_reference"),
            models.CheckConstraint(condition=~Q(name=""), name="contact_named", violation_error_message=_("A contact needs a name.")),
            models.CheckConstraint(
                condition=~Q(account_type="business") | ~Q(business_name=""),
                name="contact_business_name",
                violation_error_message=_("A business account needs a business name."),
            ),
            models.CheckConstraint(
                condition=Q(pipeline=None, stage=None) | Q(pipeline__isnull=False, stage__isnull=False),
                name="contact_stage_pair",
                violation_error_message=_("A stage and its pipeline go together."),
            ),
            models.CheckConstraint(
                condition=Q(credit_limit=None) | Q(credit_limit__gte=0),
                name="contact_credit",
                violation_error_message=_("A credit limit is not negative."),
            ),
            models.UniqueConstraint(
                fields=["business", "user"],
                condition=Q(user__isnull=False, deleted_at=None),
                name="contact_user",
                violation_error_message=_("Another contact has this login."),
            ),
        ]
        indexes = [
            keyset_index("contact_list", "name"),
            keyset_index("contact_created", "created_at"),
            keyset_index("contact_updated", "updated_at"),
            keyset_index("contact_added", "added_on"),
            keyset_index("contact_owner", "owner", "name"),
            keyset_index("contact_branch", "branch", "name"),
            keyset_index("contact_company", "company", "name"),
            keyset_index("contact_type_list", "contact_type", "name"),
            keyset_index("contact_account_list", "account_type", "name"),
            keyset_index("contact_stage", "stage", "name"),
            models.Index(fields=["business", "name_folded"], name="contact_folded", condition=Q(deleted_at=None)),
            models.Index(fields=["business", "email"], name="contact_email", condition=Q(deleted_at=None) & ~Q(email="")),
            models.Index(fields=["business", "phone_e164"], name="contact_phone", condition=Q(deleted_at=None) & ~Q(phone_e164="")),
            models.Index(fields=["business", "mobile_e164"], name="contact_mobile", condition=Q(deleted_at=None) & ~Q(mobile_e164="")),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_contact(
            first_name=self.first_name,
            last_name=self.last_name,
            business_name=self.business_name,
            account_type=self.account_type,
        )
        check_country(self.country, "country")
        check_consents(self.consents)
        self.email = self.email.lower()
        self.phone_e164, self.mobile_e164 = e164(self.phone), e164(self.mobile)
        self.name = contact_name(self.first_name, self.last_name, self.business_name)
        self.name_folded = fold(self.name)[:500]

    def search_names(self) -> Iterable[str]:
        return (self.name, self.business_name)

    def search_personal(self) -> Iterable[str]:
        return (self.email, self.phone, self.mobile, self.alternative_contact)

    @classmethod
    def share_models(cls) -> tuple[Any, Any]:
        return ContactUserShare, ContactBranchShare


class CompanyTag(TenantModel):
    company = models.ForeignKey(Company, models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["company", "tag"], name="company_tag_once")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.tag_id}"


class ContactTag(TenantModel):
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["contact", "tag"], name="contact_tag_once")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.tag_id}"


class CompanyUserShare(UserShare):
    content_object = models.ForeignKey(Company, models.CASCADE, related_name="user_shares")

    class Meta(UserShare.Meta):
        abstract = False
        constraints = [once("user", name="company_user_share")]


class CompanyBranchShare(BranchShare):
    content_object = models.ForeignKey(Company, models.CASCADE, related_name="branch_shares")

    class Meta(BranchShare.Meta):
        abstract = False
        constraints = [once("branch", name="company_branch_share")]


class ContactUserShare(UserShare):
    content_object = models.ForeignKey(Contact, models.CASCADE, related_name="user_shares")

    class Meta(UserShare.Meta):
        abstract = False
        constraints = [once("user", name="contact_user_share")]


class ContactBranchShare(BranchShare):
    content_object = models.ForeignKey(Contact, models.CASCADE, related_name="branch_shares")

    class Meta(BranchShare.Meta):
        abstract = False
        constraints = [once("branch", name="contact_branch_share")]
