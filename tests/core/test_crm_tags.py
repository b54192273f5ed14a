"""The small template tags: icons, initials, tones, the current link, fields."""

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from core.templatetags.crm import FACE_TONES, control, icon, initials, tone, wrong_fields


def test_an_icon_is_hidden_from_assistive_technology_and_escaped() -> None:
    assert icon("home") == '<svg class="icon" aria-hidden="true"><use href="#i-home"/></svg>'
    assert icon("x", "sm") == '<svg class="icon icon--sm" aria-hidden="true"><use href="#i-x"/></svg>'
    assert '"><' not in icon('"><script>').removeprefix('<svg class="icon" aria-hidden="true"><')


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mara Lindqvist", "ML"),
        ("Fjordkraft", "F"),
        ("Ana María de la Cruz", "AC"),
        ("", "?"),
        (None, "?"),
        ("øyvind å", "ØÅ"),
        ("<b>", "B"),
    ],
)
def test_initials(name: str | None, expected: str) -> None:
    assert initials(name) == expected


def test_a_face_keeps_its_tone_and_faces_differ() -> None:
    assert tone(17) == tone("17")
    assert {tone(number) for number in range(40)} == set(FACE_TONES)


@pytest.mark.parametrize(
    ("address", "prefix", "layout", "is_current"),
    [
        ("/", "/", None, True),
        ("/leads/", "/", None, False),
        ("/leads/7/", "/leads/", None, True),
        ("/opportunities/?layout=board", "/opportunities/", "board", True),
        ("/opportunities/?layout=board", "/opportunities/", "", False),
        ("/opportunities/", "/opportunities/", "", True),
        ("/opportunities/", "/opportunities/", "board", False),
    ],
)
def test_the_current_link(rf: RequestFactory, address: str, prefix: str, layout: str | None, is_current: bool) -> None:
    template = Template("{% load crm %}{% current prefix layout %}")
    shown = template.render(Context({"request": rf.get(address), "prefix": prefix, "layout": layout}))
    assert shown == ('aria-current="page"' if is_current else "")


class Sample(forms.Form):
    name = forms.CharField(widget=forms.TextInput(attrs={"class": "wide"}))
    kind = forms.ChoiceField(choices=[("a", "A")], required=False)
    note = forms.CharField(widget=forms.Textarea, required=False, help_text="Seen by all")
    copy = forms.BooleanField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)


def test_controls_get_their_class_beside_their_own() -> None:
    form = Sample()
    assert 'class="input wide"' in control(form["name"])
    assert 'class="select"' in control(form["kind"])
    assert 'class="textarea"' in control(form["note"])
    assert "class=" not in control(form["copy"])


def test_a_field_links_its_help_and_its_error() -> None:
    form = Sample({"name": ""})
    assert [field.name for field in wrong_fields(form)] == ["name"]
    shown = form["name"].as_field_group()
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="id_name_error"' in shown
    assert 'id="id_name_error"' in shown
    assert 'aria-describedby="id_note_helptext"' in form["note"].as_field_group()


def test_a_password_is_never_rendered_back_and_can_be_shown() -> None:
    shown = Sample({"name": "x", "secret": "hidden words"})["secret"].as_field_group()
    assert "hidden words" not in shown
    assert 'data-reveal="id_secret"' in shown
