"""The Django admin on our services: the same writes, rules and visibility as pages and API.

A service runs twice on a save: once inside the form's validation and rolled back, so that its refusal is a form error
and Django never says "saved" though nothing was; then for real in save_model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from core import context
from core.errors import Conflict, SearchRefused
from core.record import Record
from core.tenants import TenantModel

SECRETS = frozenset({"password", "digest"})  # columns that a list is never narrowed by: each answer would tell a letter

MEANWHILE = _("Somebody changed this record meanwhile. Load the page again.")


class _Rehearsed(Exception):
    """Ends the rehearsal of a service: everything it did is rolled back."""


class CrmAdminSite(admin.AdminSite):
    """Our own sign-in with its rate limits, and no page before a platform operator chose a business."""

    site_header = _("Administration")
    site_title = _("Administration")
    index_title = _("Administration")
    site_url = "/"

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not request.user.is_staff:
                raise PermissionDenied(_("Administration is for administrators."))
            if request.user.is_authenticated and context.current() is None:
                return HttpResponseRedirect(reverse("accounts:business"))
            return inner(request, *args, **kwargs)

        return guarded


class ServiceForm(forms.ModelForm):
    """Shape only; the admin's service decides. `rehearse` is set by the admin that made the form."""

    rehearse: ClassVar[Callable[[Any], Any]]

    def _post_clean(self) -> None:
        # Neither fills the instance nor validates the model: both are the service's to do.
        if self.errors:
            return
        try:
            with transaction.atomic():
                type(self).rehearse(self)
                raise _Rehearsed
        except _Rehearsed:
            pass
        except ValidationError as refusal:
            self._refuse(refusal)
        except Conflict:
            self.add_error(None, MEANWHILE)
        except PermissionDenied as refusal:
            self.add_error(None, str(refusal))

    def _refuse(self, refusal: ValidationError) -> None:
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for field, errors in refusal.error_dict.items():
            self.add_error(field if field in self.fields else None, errors)

    def changed_values(self) -> dict[str, Any]:
        """What a service is given: every field of a new record, the changed ones of an old."""
        names = self.changed_data if self.instance.pk else self.cleaned_data
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class TenantAdmin(admin.ModelAdmin):
    """Rows of the business being served, foreign keys and autocomplete included. Read-only unless a service is named."""

    create: Callable[..., Any] | None = None
    update: Callable[..., Any] | None = None
    delete: Callable[..., Any] | None = None
    id_argument = ""  # how update and delete call the record's id
    form = ServiceForm
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return rows_for(self.model, request.user).order_by(*(self.get_ordering(request) or ("-pk",)))

    def lookup_allowed(self, lookup: str, value: Any, request: Any) -> bool:
        return SECRETS.isdisjoint(lookup.split("__")) and super().lookup_allowed(lookup, value, request)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", rows_for(db_field.related_model, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", rows_for(db_field.related_model, request.user))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, ServiceForm):
            form.rehearse = lambda given: self.write(request, given)
        return form

    def write(self, request: Any, form: ServiceForm) -> Model:
        """Call the service that makes or changes the record."""
        values = form.changed_values()
        if form.instance.pk is None:
            return type(self).create(by=request.user, values=values)  # type: ignore[misc]
        given = {self.id_argument: form.instance.pk}
        return type(self).update(**given, by=request.user, values=values)  # type: ignore[misc]

    def save_form(self, request: Any, form: Any, change: bool) -> Any:
        form.save_m2m = lambda: None
        return form.instance

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        saved = self.write(request, form)
        obj.__dict__.update(saved.__dict__)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.create is not None and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.update is not None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.delete is not None and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Iterable[Any], request: Any) -> Any:
        # The record alone moves to the trash: no tree of what hangs on it.
        names = [str(row) for row in objs]
        return names, {self.opts.verbose_name_plural: len(names)}, set(), []

    def delete_model(self, request: Any, obj: Any) -> None:
        type(self).delete(**{self.id_argument: obj.pk}, by=request.user)  # type: ignore[misc]

    def delete_queryset(self, request: Any, queryset: QuerySet) -> None:
        for pk in queryset.values_list("pk", flat=True):
            type(self).delete(**{self.id_argument: pk}, by=request.user)  # type: ignore[misc]

    def run(self, request: Any, queryset: QuerySet, service: Callable[[Any], Any], done: Any) -> None:
        """For admin actions: call the service for each chosen row; say how many went well and why the others did not."""
        count = 0
        for row in queryset:
            try:
                service(row)
                count += 1
            except ValidationError as refusal:
                self.message_user(request, f"{row}: {' '.join(refusal.messages)}", messages.ERROR)
            except PermissionDenied as refusal:
                self.message_user(request, f"{row}: {refusal}", messages.ERROR)
            except Conflict:
                self.message_user(request, f"{row}: {MEANWHILE}", messages.ERROR)
        if count:
            self.message_user(request, done % {"count": count})


class TrashFilter(admin.SimpleListFilter):
    """The other door: what was deleted and can be restored."""

    title = _("trash")
    parameter_name = "trash"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("In the trash"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.model.objects.in_trash(request.user) if self.value() else None


class ServiceInline(admin.TabularInline):
    """Rows edited below their parent, each through a service. Nothing is deleted here."""

    form = ServiceForm
    extra = 0
    can_delete = False
    show_change_link = True
    create: Callable[..., Any] | None = None
    update: Callable[..., Any] | None = None
    id_argument = ""
    parent_field = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return rows_for(self.model, request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", rows_for(db_field.related_model, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.rehearse = lambda form: self.write(request, form, obj) if form.has_changed() else None
        return formset

    def write(self, request: Any, form: ServiceForm, parent: Any) -> Any:
        """Call the service that makes or changes the row."""
        values = {k: v for k, v in form.changed_values().items() if k not in ("id", self.parent_field)}
        if form.instance.pk is None:
            return type(self).create(by=request.user, values={**values, self.parent_field: parent})  # type: ignore[misc]
        return type(self).update(**{self.id_argument: form.instance.pk}, by=request.user, values=values)  # type: ignore[misc]

    def remove(self, request: Any, row: Any, parent: Any) -> None:
        """Call the service that takes the row away; only where can_delete is set."""
        raise NotImplementedError


class ParentAdmin(TenantAdmin):
    """A TenantAdmin whose inlines are ServiceInlines. They are shown once the parent exists."""

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return super().get_inline_instances(request, obj) if obj is not None else []

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        inline = next(i for i in self.get_inline_instances(request, form.instance) if i.model is formset.model)
        gone = formset.deleted_forms if formset.can_delete else []
        for row in gone:
            inline.remove(request, row.instance, form.instance)
        for row in formset.forms:
            if row.has_changed() and row not in gone:
                inline.write(request, row, form.instance)
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []


class RecordAdmin(ParentAdmin):
    """Leads, companies, contacts, opportunities, activities: found by their search entry. State changes by actions."""

    restore: Callable[..., Any] | None = None
    purge: Callable[..., Any] | None = None
    readonly_fields: ClassVar[tuple[str, ...]] = ("reference", "created_at", "updated_at", "created_by", "version")
    search_fields: ClassVar[tuple[str, ...]] = ("reference",)  # shows the field; get_search_results does the finding
    list_filter: ClassVar[tuple[Any, ...]] = (TrashFilter,)
    list_select_related: ClassVar[tuple[str, ...]] = ("owner", "branch")
    ordering = ("-id",)
    actions: Sequence[Any] = ("restore_chosen", "purge_chosen")

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[Any, bool]:
        try:
            return queryset.found(search_term, user=request.user), False
        except SearchRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return queryset.none(), False

    @admin.action(description=_("Restore from the trash"), permissions=["delete"])
    def restore_chosen(self, request: Any, queryset: QuerySet) -> None:
        service = type(self).restore
        self.run(request, queryset, lambda row: service(**{self.id_argument: row.pk}, by=request.user), _("%(count)d restored."))  # type: ignore[misc]

    @admin.action(description=_("Delete for good"), permissions=["delete"])
    def purge_chosen(self, request: Any, queryset: QuerySet) -> None:
        service = type(self).purge
        self.run(request, queryset, lambda row: service(**{self.id_argument: row.pk}, by=request.user), _("%(count)d deleted for good."))  # type: ignore[misc]


def chosen(request: Any, form_class: type[forms.Form], name: str) -> Any:
    """What was chosen beside an admin action: a value of the action form, or None."""
    form = form_class(request.POST)
    del form.fields["action"]
    return form.cleaned_data.get(name) if form.is_valid() else None


def rows_for(model: Any, user: Any) -> QuerySet:
    """What the admin of this user may list of a model: visible records, set-up and people of the business, else all."""
    if issubclass(model, Record):
        return model.objects.visible_to(user)
    if issubclass(model, TenantModel):
        return model.objects.all()
    if model is get_user_model() or hasattr(model, "business_id"):
        return model.objects.filter(business_id=context.business_id())
    return model._default_manager.all()
