"""The endpoints of contacts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import SHARE_ANSWERS, SHARE_BODIES, SHARE_PARAMETERS, Shared
from contacts.choices import AccountType, ContactType
from contacts.dataviews import CONTACTS
from contacts.models import Company, Contact
from contacts.services import (
    assign_contact,
    create_contact,
    delete_contact,
    move_contact,
    purge_contact,
    restore_contact,
    update_contact,
)
from core.api.records import RecordViewSet, Services
from core.api.shapes import Body, Day, Flag, Items, Key, Money, OneOf, Ref, Text, WithVersion
from dataviews.api import Listed, RecordListing, Related
from pipelines.api.columns import BASE, STAMPS, people_and_tags, person
from pipelines.selectors import tags_of

TEXTS = (
    *("first_name", "last_name", "designation", "contact_type", "account_type", "business_name", "business_address"),
    *("job_title", "email", "phone", "mobile", "alternative_contact"),
    *("street", "zip", "city", "region", "country", "tax_number", "notes"),
)


class ContactBody(Body):
    """A person, or a business account. Needs a first, last or business name."""

    first_name = Text(100)
    last_name = Text(100)
    designation = Text(30)
    contact_type = OneOf(ContactType.choices)
    account_type = OneOf(AccountType.choices)
    business_name = Text(200)
    business_address = Text(255)
    company = Ref()
    job_title = Text(120)
    email = Text(254)
    phone = Text(40)
    mobile = Text(40)
    alternative_contact = Text(40)
    street = Text(200)
    zip = Text(20)
    city = Text(100)
    region = Text(100)
    country = Text(2, help_text="ISO 3166, two letters.")
    tax_number = Text(40)
    credit_limit = Money()
    pipeline = Key(allow_null=True)
    stage = Key(allow_null=True, help_text="A stage of a contact pipeline, where the business uses one.")
    added_on = Day(allow_null=False)
    user = Ref(help_text="The person who signs in, where the contact has a login.")
    notes = Text(20_000)
    do_not_contact = Flag()
    consents = serializers.DictField(child=Flag(), required=False, help_text="What the contact agreed to: word → true or false.")
    is_archived = Flag()
    owner = Ref(allow_null=False)
    tags = Items(Ref(required=True), help_text="Ids of tags: these and no others.")


class ContactChange(ContactBody, WithVersion):
    """The fields to change; what is not named stays."""


class ContactAssignment(WithVersion):
    """To whom it is given."""

    owner = Ref(required=True)


class ContactMove(WithVersion):
    """Where it goes."""

    stage = Key(required=True, allow_null=True, help_text="The stage's key; null takes the contact out of its pipeline.")
    pipeline = Key(help_text="The pipeline's key, where the stage is of another one.")


class ContactViewSet(RecordListing, Shared, RecordViewSet):
    resource = "contacts"
    noun = "contact"
    model = Contact
    dataview = CONTACTS
    services = Services(create_contact, update_contact, delete_contact, restore_contact, purge_contact)
    api_columns = {
        **BASE,
        "name": "name",
        **{name: name for name in TEXTS},
        "company": Related("company", Company),
        "credit_limit": "credit_limit",
        "pipeline": Listed("pipeline", "pipeline"),
        "stage": Listed("stage", "stage"),
        "added_on": "added_on",
        "user": person("user"),
        "do_not_contact": "do_not_contact",
        "consents": "consents",
        "is_archived": "is_archived",
        "owner": person("owner"),
        "branch": Listed("branch", "branch", named=True),
        **STAMPS,
    }
    extra_answers = people_and_tags("owner", "user")
    bodies = {
        "create": ContactBody,
        "partial_update": ContactChange,
        "assign": ContactAssignment,
        "move": ContactMove,
        **SHARE_BODIES,
    }
    answers = SHARE_ANSWERS
    parameters = {**RecordViewSet.parameters, **SHARE_PARAMETERS}
    permissions = {
        "assign": "contacts.assign_contact",
        "move": "contacts.change_contact",
        "share": "contacts.share_contact",
        "unshare": "contacts.share_contact",
    }

    def details(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"tags": tags_of("contact", record["id"])}

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give one {noun} to a colleague. Its branch becomes theirs."""
        values = self.read()
        version = self.based_on(values)
        return self.changed(self.serve(assign_contact, pk, version=version, owner=values["owner"]))

    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Put one {noun} into a stage. A refused move says in `needs` what is missing."""
        values = self.read()
        version = self.based_on(values)
        stage = values.pop("stage")
        return self.changed(self.serve(move_contact, pk, version=version, stage=stage, values=values))
