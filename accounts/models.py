"""Businesses, their branches, roles and people, and the tokens people give to programs.

Business, Branch, Role, User and ApiToken are door tables: sign-in reads them before the business is known.
"""

from __future__ import annotations

import hashlib
import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, Permission
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.choices import Density, Language, Scope, Theme
from accounts.querysets import OfBusiness, UserManager
from core.money import check_currency


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless the name is an IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("This time zone is not known."), code="time_zone")


class Business(models.Model):
    """The tenant. No row is ever visible across businesses."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    default_currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[check_currency])
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.EN)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Berlin", validators=[check_time_zone])
    modules = models.JSONField(_("modules"), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Raised by every change of its small lists (stages, values, people, …), which processes keep until then.
    lists_version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("business")
        verbose_name_plural = _("businesses")

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """An outlet or a team."""

    business = models.ForeignKey(Business, models.PROTECT, related_name="branches")
    name = models.CharField(_("name"), max_length=80)
    code = models.SlugField(_("code"), max_length=20)
    is_active = models.BooleanField(_("active"), default=True)

    objects = OfBusiness.as_manager()

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        constraints = [
            models.UniqueConstraint(
                fields=["business", "code"], name="branch_code", violation_error_message=_("Another branch has this code.")
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """What its people may do (model permissions) and how far they reach (scope)."""

    business = models.ForeignKey(Business, models.PROTECT, related_name="roles")
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    name_de = models.CharField(_("German name"), max_length=60, blank=True)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.OWN)
    permissions = models.ManyToManyField(Permission, verbose_name=_("permissions"), blank=True)
    is_builtin = models.BooleanField(_("built in"), default=False, editable=False)
    api_only = models.BooleanField(_("API only"), default=False)

    objects = OfBusiness.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(fields=["business", "key"], name="role_key", violation_error_message=_("Another role has this key."))
        ]

    def __str__(self) -> str:
        return self.name_de if self.name_de and (get_language() or "").startswith("de") else self.name


class User(AbstractUser):
    """A person who signs in with an e-mail address. A platform operator (superuser) belongs to no business."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    business = models.ForeignKey(Business, models.PROTECT, null=True, blank=True, related_name="users")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("branch"))
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("role"))
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.EN)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Berlin", validators=[check_time_zone])
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(_("row height"), max_length=10, choices=Density.choices, default=Density.DEFAULT)
    agent_number = models.CharField(_("agent number"), max_length=30, blank=True, editable=False)
    external_id = models.CharField(_("external id"), max_length=120, blank=True)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True, help_text=_("Open leads this person can carry."))
    is_available = models.BooleanField(_("available"), default=True, help_text=_("Takes part in assignment."))

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    # A person's branch and role are of the person's business: kept by the database (core/walls.py).
    walls_keys = (
        (("business_id", "branch_id"), "accounts.Branch", ("business_id", "id")),
        (("business_id", "role_id"), "accounts.Role", ("business_id", "id")),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")  # type: ignore[assignment]
        verbose_name_plural = _("people")  # type: ignore[assignment]
        constraints = [
            models.CheckConstraint(
                name="user_of_a_business",
                condition=models.Q(business__isnull=False, role__isnull=False) | models.Q(is_superuser=True),
                violation_error_message=_("A person belongs to a business and has a role."),
            ),
            models.UniqueConstraint(
                fields=["business", "external_id"],
                condition=~models.Q(external_id=""),
                name="user_external_id",
                violation_error_message=_("Another person has this external id."),
            ),
        ]
        indexes = [models.Index(fields=["business", "is_active", "last_name"], name="user_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name, else the e-mail address."""
        return self.get_full_name() or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


class ApiToken(models.Model):
    """A program's key. Only the prefix and a hash are kept; the token itself is shown once."""

    business = models.ForeignKey(Business, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = OfBusiness.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}".strip()

    @staticmethod
    def digest_of(token: str) -> str:
        """What is kept of a token: SHA-256 is enough, since tokens are 256 random bits, not passwords."""
        return hashlib.sha256(token.encode()).hexdigest()

    def allows(self, resource: str, *, write: bool) -> bool:
        """Does a scope cover this? 'leads:write' includes reading; '*:read' covers every resource."""
        wanted = {f"{resource}:write", "*:write"} | (set() if write else {f"{resource}:read", "*:read"})
        return not wanted.isdisjoint(self.scopes)

    def usable(self, now: Any) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)
