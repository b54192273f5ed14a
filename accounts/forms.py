"""What an input about oneself looks like."""

from __future__ import annotations

import zoneinfo
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import Density, Language, Theme
from accounts.models import User


class PreferencesForm(forms.Form):
    """Any of theme, row height and language; what is not sent stays."""

    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    density = forms.ChoiceField(choices=Density.choices, required=False)
    language = forms.ChoiceField(choices=Language.choices, required=False)

    @property
    def values(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class ProfileForm(forms.ModelForm):
    """Name, job title, phone, language, time zone and looks. E-mail and role are an administrator's to change."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(name, name) for name in sorted(zoneinfo.available_timezones())])

    class Meta:
        model = User
        fields: ClassVar = ["first_name", "last_name", "job_title", "phone", "language", "time_zone", "theme", "density"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict = None

    def _post_clean(self) -> None:
        """The service checks the rest."""

    def show_conflict(self, conflict: Any) -> None:
        """People have no version: the last word counts."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}
