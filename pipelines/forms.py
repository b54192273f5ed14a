"""The base of every record form: it says which shape an input has, never what is allowed. The service decides.

Choices of stages, values, tags and people come from the small lists of the business (one query for all of them);
companies and contacts are picked by search. A form remembers what the reader saw (hidden initial values), so only what
they changed reaches the service, and a stale form can show both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.access import codename
from core.errors import Conflict
from core.money import CODES
from core.record import Record
from dataviews import formats
from dataviews.lists import Lists

UNCHANGED = "unchanged"  # stands for the id of a record that the reader may not see
NOT_CHOSEN = "?"  # something was typed and nothing taken from the list
LISTS = {"source": "lead_source", "status": "lead_status"}  # field -> small list, where their names differ


class ListedField(forms.TypedChoiceField):
    """One value of a small list, by its id."""

    def __init__(self, list_name: str, **kwargs: Any) -> None:
        self.list_name = list_name
        super().__init__(coerce=int, empty_value=None, **kwargs)

    def offer(self, lists: Lists, current: int | None = None, *, keep: Any = None) -> None:
        """Fill in the values in use, and the current one even where it is retired."""
        known = [item for item in lists.items(self.list_name) if item.is_active or item.id == current]
        chosen = [(item.id, item.label) for item in known if keep is None or keep(item)]
        self.choices = [*([] if self.required and (current or not chosen) else [("", "–")]), *chosen]


class ListedManyField(forms.TypedMultipleChoiceField):
    """Several values of a small list: tags."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, list_name: str, **kwargs: Any) -> None:
        self.list_name = list_name
        super().__init__(coerce=int, required=False, **kwargs)

    def offer(self, lists: Lists, current: Any = None) -> None:
        self.choices = [(item.id, item.label) for item in lists.active(self.list_name)]


class Picker(forms.TextInput):
    """The combobox's inputs: the id under the field's name, the typed text beside it as `<name>_text`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value, typed = data.get(name), str(data.get(f"{name}_text", "")).strip()
        # Without JavaScript a second input of the same name asks for the number; then the text was not typed now.
        by_number = hasattr(data, "getlist") and len(data.getlist(name)) > 1
        return NOT_CHOSEN if typed and not value and not by_number else value


class RecordField(forms.Field):
    """Another record, picked by search. Gives its id; whether the reader may name it is the service's to say."""

    default_error_messages = {"invalid": _("Choose one from the list.")}

    def __init__(self, url: str, **kwargs: Any) -> None:
        self.url = url  # answers ?search= with options
        self.shown: tuple[str, str] = ("", "")  # (id or UNCHANGED, name) of the record it names now
        self.current: int | None = None
        self.typed = ""
        super().__init__(widget=Picker, template_name="django/forms/record_field.html", **kwargs)

    def name_it(self, record: Any, *, visible: bool) -> None:
        """Tell which record is named now. One that the reader may not see goes by its name alone."""
        if record is not None:
            self.current = record.pk
            self.shown = (str(record.pk) if visible else UNCHANGED, str(record))

    def prepare_value(self, value: Any) -> Any:
        return self.shown[0] if value is not None and value == self.current else value

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        if text == UNCHANGED and self.current:
            return self.current
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(text)


class MoneyField(forms.DecimalField):
    """An amount as people type it in either language: 84,000.50 · 84.000,50 · 84 000."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return formats.number(value, _lang()) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"[\s\u00a0\u202f']", "", str(value)) if value is not None else ""
        if text in self.empty_values:
            return None
        return super().to_python(plain_number(text, _lang()))


def plain_number(text: str, lang: str) -> str:
    """'84.000,5' (de) -> '84000.5'. One or two digits after a single sign are cents in both languages."""
    if re.fullmatch(r"-?\d+[.,]\d{1,2}", text):
        return text.replace(",", ".")
    thousands, decimal = (".", ",") if lang == "de" else (",", ".")
    if re.fullmatch(rf"-?\d{{1,3}}(\{thousands}\d{{3}})+(\{decimal}\d+)?", text):
        text = text.replace(thousands, "")
    return text.replace(decimal, ".")


def money_amount(text: str, lang: str) -> Decimal | None:
    """The amount in a text, or None."""
    try:
        return Decimal(plain_number(text, lang))
    except InvalidOperation:
        return None


def _lang() -> str:
    return (get_language() or "en")[:2]


def formfield(field: models.Field, **kwargs: Any) -> forms.Field | None:
    """The form field of a model field. Relations never ask the database when a form class is made."""
    label = {"label": _capital(field), "required": not field.blank, "help_text": field.help_text}
    if field.many_to_many:
        return ListedManyField("tag", label=_("Tags"))
    if field.is_relation:
        related: Any = field.related_model
        target = str(related._meta.label)
        if target in PICKED:
            return RecordField(PICKED[target], **label)
        name = {"accounts.User": "user", "pipelines.Stage": "stage", "pipelines.Pipeline": "pipeline"}.get(target, field.name)
        return ListedField(LISTS.get(name, name), **label)
    if field.name == "currency":
        return forms.ChoiceField(choices=[(code, code) for code in sorted(CODES)], **label)
    if isinstance(field, models.DecimalField):
        return MoneyField(max_digits=field.max_digits, decimal_places=field.decimal_places, **label)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if isinstance(field, models.DateTimeField):
        kwargs["widget"] = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    if isinstance(field, models.TextField):
        kwargs["widget"] = forms.Textarea(attrs={"rows": 4})
    return field.formfield(**{**kwargs, "label": label["label"]})


def _capital(field: models.Field) -> Any:
    return _Capital(field.verbose_name)


class _Capital:
    """A lazy label with a capital first letter, so that it follows the reader's language."""

    def __init__(self, text: Any) -> None:
        self.text = text

    def __str__(self) -> str:
        text = str(self.text)
        return text[:1].upper() + text[1:]


# Records that are picked by search: model -> where to ask.
PICKED = {"contacts.Company": "/companies/pick/", "contacts.Contact": "/contacts/pick/"}


@dataclass(frozen=True)
class Difference:
    """A field that both sides changed, or that only the other side did while this form was open."""

    label: str
    mine: str
    theirs: str


class RecordForm(forms.ModelForm):
    """`sections`: (heading, field names) in their order. `personal`: fields that only readers with contacts.view_pii
    are given, since a masked value must never be saved."""

    sections: ClassVar[Sequence[tuple[Any, Sequence[str]]]] = ()
    personal: ClassVar[frozenset[str]] = frozenset()
    fields: dict[str, Any]  # each kind of field takes its choices in its own way
    data: Any
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    class Meta:
        formfield_callback = formfield

    def __init__(self, *args: Any, user: Any, hidden: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.lists = Lists(user)
        self.conflict: Conflict | None = None
        self.differences: list[Difference] = []
        self.is_new = self.instance.pk is None
        if not self.is_new:
            self.initial["version"] = self.instance.version
            if not user.has_perm("contacts.view_pii"):
                hidden = {*hidden, *self.personal}
        hidden = {*hidden, *self._not_theirs()}
        for name in hidden:
            self.fields.pop(name, None)
        for name, field in self.fields.items():
            self._prepare(name, field)
        if "tags" in self.fields and not self.fields["tags"].choices:
            del self.fields["tags"]

    def _not_theirs(self) -> set[str]:
        """Only who may give records away chooses an owner; else a new record is its maker's."""
        if "owner" not in self.fields:
            return set()
        if self.is_new:
            self.initial.setdefault("owner", self.user.pk)
        return set() if self.user.has_perm(codename(self._meta.model, "assign")) else {"owner"}

    def _prepare(self, name: str, field: Any) -> None:
        if name != "version" and not self.is_new:
            field.show_hidden_initial = True
        if isinstance(field, ListedField):
            field.offer(self.lists, self.initial.get(name))
        elif isinstance(field, ListedManyField):
            field.offer(self.lists)
        elif isinstance(field, RecordField):
            field.typed = self.data.get(f"{self.add_prefix(name)}_text", "") if self.is_bound else ""
            named = getattr(self.instance, name) if getattr(self.instance, f"{name}_id", None) else None
            if named is not None:
                field.name_it(named, visible=may_see(self.user, named))
            elif self.initial.get(name):
                field.name_it(self._suggested(name), visible=True)

    def _suggested(self, name: str) -> Record | None:
        """The record that the address suggests (?company=12), if it is there and the reader sees it."""
        model = self._meta.model._meta.get_field(name).related_model
        given = str(self.initial[name])
        is_id = given.isascii() and given.isdigit() and len(given) < 19
        found = model.objects.visible_to(self.user).filter(pk=given).first() if is_id else None
        self.initial[name] = found.pk if found else None
        return found

    def _get_validation_exclusions(self) -> Any:
        return {field.name for field in self.instance._meta.fields}

    def _post_clean(self) -> None:
        """The model's rules are the service's to check, on the row as it is under lock."""

    @property
    def expected(self) -> int | None:
        """The version that the reader saw."""
        return self.cleaned_data.get("version")

    @cached_property
    def values(self) -> dict[str, Any]:
        """What goes to the service: everything for a new record, else what was changed."""
        own = self._meta.fields or ()
        names = [name for name in self.cleaned_data if name != "version" and name in own]
        return {name: self.cleaned_data[name] for name in names if self.is_new or name in self.changed_data}

    def grouped(self) -> list[tuple[Any, list[Any]]]:
        """(heading, bound fields) for the page."""
        shown = {field.name: field for field in self.visible_fields()}
        groups = [(heading, [shown.pop(name) for name in names if name in shown]) for heading, names in self.sections]
        if shown:
            groups.append(("", list(shown.values())))
        return [(heading, fields) for heading, fields in groups if fields]

    def seen(self) -> SafeString:
        """The values that the reader saw, as hidden inputs."""
        fields = [field for field in self.visible_fields() if field.field.show_hidden_initial]
        return format_html_join("", "{}", ((field.as_hidden(only_initial=True),) for field in fields))

    def show_conflict(self, conflict: Conflict) -> None:
        """Somebody was faster: lay what the reader typed over the record as it is now, and say where the two differ."""
        fresh = type(self)(instance=conflict.record, user=self.user)
        mine = set(self.changed_data)
        data = QueryDict(mutable=True)
        for name in self.fields:
            was, now = self[name].value(), fresh[name].value()
            if name == "version":
                data[name] = str(conflict.record.version)
                continue
            _put(data, self[name].html_initial_name, now)
            _put(data, name, was if name in mine else now)
            if name in mine and self.spoken(name, was) != fresh.spoken(name, now):
                self.differences.append(Difference(str(self[name].label), self.spoken(name, was), fresh.spoken(name, now)))
        self.fields, self.data, self.conflict = fresh.fields, data, conflict

    def spoken(self, name: str, value: Any) -> str:
        """A field's value in words."""
        field = self.fields[name]
        choices: Any = getattr(field, "choices", None)
        if isinstance(field, RecordField):
            return field.shown[1] if value and str(value) == field.shown[0] else f"#{value}" if value else "–"
        if isinstance(field, forms.BooleanField):
            return str(_("Yes") if value in (True, "on", "True") else _("No"))
        if choices is not None:
            labels = {str(key): str(label) for key, label in choices}
            wanted = value if isinstance(value, list | tuple) else [value]
            return ", ".join(labels.get(str(each), "–") for each in wanted if each not in (None, "")) or "–"
        return str(value) if value not in (None, "") else "–"


def _put(data: MultiValueDict, name: str, value: Any) -> None:
    if isinstance(value, list | tuple):
        data.setlist(name, [str(each) for each in value])
    elif value is not None and value is not False:
        data[name] = str(value)


def may_see(user: Any, record: Record) -> bool:
    """May the reader open this record? Fetched with a list's annotation where there is one, else asked."""
    return type(record).objects.visible_to(user).filter(pk=record.pk).exists()


class PlainForm(forms.Form):
    """A short form that takes a service's refusal: a reason, a date, an owner."""

    fields: dict[str, Any]  # each kind of field takes its choices in its own way
    data: Any
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: Conflict | None = None

    @property
    def expected(self) -> int | None:
        return self.cleaned_data.get("version")

    def show_conflict(self, conflict: Conflict) -> None:
        """Nothing to lay side by side: say who was faster and take the new version, so that sending again decides."""
        self.conflict = conflict
        self.data = self.data.copy()
        self.data["version"] = str(conflict.record.version)


class AssignForm(PlainForm):
    """Whose the record is to be."""

    owner = ListedField("user", label=_("Owner"))

    def __init__(self, *args: Any, user: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"owner": record.owner_id, "version": record.version}, **kwargs)
        self.fields["owner"].offer(Lists(user), record.owner_id)
