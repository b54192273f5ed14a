"""People, branches, roles and tokens, for the administrators of one business and for platform operators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import ApiToken, Branch, Business, Role, User
from accounts.services import BRANCH_FIELDS, BUSINESS_FIELDS, PERSON_FIELDS, ROLE_FIELDS
from core import context
from core.access import codename, may
from core.admin import ServiceForm, ServiceInline, TenantAdmin
from core.permissions import granted

HOUSE = ("accounts", "pipelines", "activities", "contacts", "opportunities", "leads")

admin.site.unregister(Group)  # rights come from roles alone

# What a right lets do: the first word of its codename. Django keeps names of rights in the database, in English.
ACTS = {
    "view": _("view"),
    "add": _("create"),
    "change": _("change"),
    "delete": _("move to the trash"),
    "assign": _("give to somebody else"),
    "share": _("share"),
    "export": _("export"),
    "purge": _("delete for good"),
    "convert": _("convert"),
    "close": _("close and reopen"),
}


class RightsField(forms.ModelMultipleChoiceField):
    """Rights by the names of our records, in the reader's language: 'Leads: convert'."""

    def label_from_instance(self, right: Any) -> str:
        if right.codename == "view_pii":
            return gettext("Personal data: see in full")
        kind = right.content_type.model_class()
        act = right.codename.partition("_")[0]
        return f"{capfirst(kind._meta.verbose_name_plural)}: {ACTS.get(act, right.name)}"


@admin.register(Business)
class BusinessAdmin(TenantAdmin):
    """An administrator sees their own business; an operator all, and makes new ones."""

    list_display = ("name", "slug", "default_currency", "language", "time_zone")
    create = staticmethod(services.create_business)
    update = staticmethod(services.update_business)
    fields = ("slug", *BUSINESS_FIELDS)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = Business.objects.order_by("name")
        return rows if request.user.is_superuser else rows.filter(pk=context.business_id())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug", "modules") if obj else ("modules",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Only the business being served is changed; an operator chooses another one first.
        return super().has_change_permission(request, obj) and (obj is None or obj.pk == context.business_id())

    def write(self, request: Any, form: ServiceForm) -> Any:
        if form.instance.pk is None:
            return services.create_business(by=request.user, values=form.changed_values())
        return services.update_business(by=request.user, values=form.changed_values())


@admin.register(Branch)
class BranchAdmin(TenantAdmin):
    list_display = ("name", "code", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "code")
    create = staticmethod(services.create_branch)
    update = staticmethod(services.update_branch)
    id_argument = "branch_id"
    fields = BRANCH_FIELDS


@admin.register(Role)
class RoleAdmin(TenantAdmin):
    """Rights as a list to choose from, none beyond one's own."""

    list_display = ("name", "key", "scope", "is_builtin", "api_only")
    search_fields = ("name", "key")
    fields = ("key", *ROLE_FIELDS, "permissions")
    filter_horizontal = ("permissions",)
    create = staticmethod(services.create_role)
    update = staticmethod(services.update_role)
    id_argument = "role_id"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        declared = granted("administrator")  # what something asks for; Django makes rights for every table
        kwargs["queryset"] = (
            Permission.objects.filter(content_type__app_label__in=HOUSE, codename__in=sorted(name.partition(".")[2] for name in declared))
            .select_related("content_type")
            .order_by("content_type__app_label", "content_type__model", "codename")
        )
        return super().formfield_for_manytomany(db_field, request, form_class=RightsField, **kwargs)

    def write(self, request: Any, form: ServiceForm) -> Any:
        values = form.changed_values()
        chosen = values.pop("permissions", None)
        names = None if chosen is None else [f"{p.content_type.app_label}.{p.codename}" for p in chosen]
        if form.instance.pk is None:
            return services.create_role(by=request.user, values=values, permissions=names or [])
        return services.update_role(role_id=form.instance.pk, by=request.user, values=values, permissions=names)


class UserForm(ServiceForm):
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: unchanged. A new person without one cannot sign in until they reset it by e-mail."),
    )

    class Meta:
        model = User
        fields = PERSON_FIELDS


@admin.register(User)
class UserAdmin(TenantAdmin):
    form = UserForm
    list_display = ("name", "email", "role", "branch", "is_active", "last_login")
    list_filter = (("branch", admin.RelatedOnlyFieldListFilter), ("role", admin.RelatedOnlyFieldListFilter), "is_active")
    list_select_related = ("role", "branch")
    search_fields = ("first_name", "last_name", "email")
    ordering = ("last_name", "first_name")
    readonly_fields = ("agent_number", "is_active", "last_login", "date_joined")
    actions = ("deactivate", "reactivate")
    create = staticmethod(services.create_user)
    update = staticmethod(services.update_user)
    id_argument = "user_id"
    fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "new_password", "role", "branch")}),
        (_("Work"), {"fields": ("job_title", "phone", "agent_number", "capacity", "is_available", "external_id")}),
        (_("Display"), {"fields": ("language", "time_zone")}),
        (_("State"), {"fields": ("is_active", "last_login", "date_joined")}),
    )

    def write(self, request: Any, form: ServiceForm) -> Any:
        values = form.changed_values()
        password = values.pop("new_password", "") or None
        if form.instance.pk is None:
            return services.create_user(by=request.user, values=values, password=password)
        user = services.update_user(user_id=form.instance.pk, by=request.user, values=values)
        if password:
            user = services.set_user_password(user_id=user.pk, password=password, by=request.user)
        return user

    @admin.action(description=_("Deactivate"), permissions=["change"])
    def deactivate(self, request: Any, queryset: QuerySet) -> None:
        done = ngettext("%(count)d person deactivated.", "%(count)d people deactivated.", queryset.count())
        self.run(request, queryset, lambda user: services.deactivate_user(user_id=user.pk, by=request.user), done)

    @admin.action(description=_("Let in again"), permissions=["change"])
    def reactivate(self, request: Any, queryset: QuerySet) -> None:
        done = ngettext("%(count)d person let in again.", "%(count)d people let in again.", queryset.count())
        self.run(request, queryset, lambda user: services.reactivate_user(user_id=user.pk, by=request.user), done)


@admin.register(ApiToken)
class ApiTokenAdmin(TenantAdmin):
    """Seen and revoked here; made by the command, which shows the token once."""

    list_display = ("prefix", "name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("prefix", "name", "user__email")
    fields = readonly_fields = ("prefix", "name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    @admin.action(description=_("Revoke"), permissions=["view"])
    def revoke(self, request: Any, queryset: QuerySet) -> None:
        done = ngettext("%(count)d token revoked.", "%(count)d tokens revoked.", queryset.count())
        self.run(request, queryset, lambda token: services.revoke_token(token_id=token.pk, by=request.user), done)


class ShareForm(ServiceForm):
    """Who, and for what."""

    action = forms.ChoiceField(label=_("may"), choices=[("view", _("view")), ("change", _("change"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("user", _("person")), ("branch", _("branch"))):
            if name in self.fields:
                self.fields[name].label = capfirst(label)
        if self.instance.pk:
            self.initial["action"] = self.instance.permission.codename.partition("_")[0]


class ShareInline(ServiceInline):
    """Shares of one record, each through share_record. Subclasses name the share model of their record type."""

    form = ShareForm
    can_delete = True
    show_change_link = False
    receiver = "user"

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return [self.receiver, "action"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("permission")

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return obj is not None and may(request.user, codename(type(obj), "share"), obj)

    has_change_permission = has_view_permission = has_add_permission

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def write(self, request: Any, form: ServiceForm, parent: Any) -> Any:
        given = {self.receiver: form.cleaned_data[self.receiver]}
        return services.share_record(record=parent, action=form.cleaned_data["action"], by=request.user, **given)

    def remove(self, request: Any, row: Any, parent: Any) -> None:
        services.unshare_record(record=parent, by=request.user, **{self.receiver: getattr(row, self.receiver)})


class UserShareInline(ShareInline):
    verbose_name = _("share with a person")
    verbose_name_plural = _("shared with people")


class BranchShareInline(ShareInline):
    receiver = "branch"
    verbose_name = _("share with a branch")
    verbose_name_plural = _("shared with branches")
