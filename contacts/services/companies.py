"""Every write of companies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import Business
from contacts import events as occurred
from contacts.models import Company
from contacts.rules import check_parent
from contacts.services.changes import Changes, Said, cleaned, store
from core import context, events
from core.models import Sequence
from core.owners import give, own_new
from core.permissions import Actor, require
from core.records import Values, apply, differences, insert, lock, lock_for_good, purge, restore, service, trash
from pipelines.rules import check_listed
from pipelines.selectors import listed
from pipelines.services import hang_tags

FIELDS = (
    "name",
    "legal_name",
    "industry",
    "website",
    "email",
    "phone",
    "tax_number",
    "billing_street",
    "billing_zip",
    "billing_city",
    "billing_region",
    "billing_country",
    "shipping_street",
    "shipping_zip",
    "shipping_city",
    "shipping_region",
    "shipping_country",
    "employees",
    "annual_revenue",
    "currency",
    "parent",
    "notes",
    "is_archived",
)
SAID = Said(changed=occurred.CompanyChanged, assigned=occurred.CompanyAssigned)


@service
def create_company(*, by: Actor, values: Values, now: datetime | None = None) -> Company:
    """Make a company: check, number, store, hang its tags, tell CompanyCreated.

    values: FIELDS, `owner` (default: the maker; somebody else needs assign_company) and `tags`. `industry` may be its
    key. now: when it came, for history that is brought along. Raises PermissionDenied, RuleBroken.
    """
    require(by, "contacts.add_company")
    company = Company()
    given = cleaned(record=company, values=values, by=by)
    own_new(company, given.pop("owner", None), by=by)
    tags = given.pop("tags", None)
    _set(company, given, by)
    insert(company, by=by, now=now)
    changes = differences(company, [*FIELDS, "owner"])
    if tags:
        changes |= hang_tags(record=company, tags=tags, by=by)
    events.publish(occurred.CompanyCreated(), record=company, by=by, changes=changes)
    return company


@service
def update_company(*, company_id: int, by: Actor, version: int | None = None, values: Values) -> Company:
    """Change a company. values as in create_company; a new owner needs assign_company.

    Tells CompanyChanged with the fields (who copies the name finds it there) and CompanyAssigned for a new owner.
    Nothing happens when nothing differs. Raises DoesNotExist, PermissionDenied, Conflict, RuleBroken.
    """
    company = lock(Company, company_id, by=by, permission="contacts.change_company", version=version)
    given = cleaned(record=company, values=values, by=by)
    changes: Changes = {}
    if "owner" in given:
        changes |= give(company, given.pop("owner"), by=by)
    tags = given.pop("tags", None)
    changes |= _set(company, given, by)
    if tags is not None:
        changes |= hang_tags(record=company, tags=tags, by=by)
    store(record=company, changes=changes, by=by, said=SAID)
    return company


def _set(company: Company, given: dict[str, Any], by: Actor) -> Changes:
    if "industry" in given:
        given["industry"] = listed("industry", given["industry"], field="industry")
    before = company.industry_id
    changes = apply(company, given, by=by, fields=FIELDS)
    check_listed(company.industry, "industry", "industry", unchanged=company.industry_id == before)
    if changes.get("parent") and company.parent_id:
        check_parent(company.pk, _line_above(company))
    if company.annual_revenue is not None and not company.currency:
        company.currency = Business.objects.get(pk=context.business_id()).default_currency
        changes["currency"] = ("", company.currency)
    return changes


def _line_above(company: Company) -> list[int]:
    """The ids from the new parent upwards, the company itself too when it is met."""
    if company.pk:
        # Held by each change of a parent: two at once could otherwise close a circle that neither of them sees.
        list(Sequence.objects.select_for_update().filter(kind="company"))
    line: list[int] = []
    above = company.parent_id
    while above is not None and above not in line:
        line.append(above)
        above = Company.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    return line


@service
def set_company_tags(*, company_id: int, tags: Iterable[Any], by: Actor, version: int | None = None) -> Company:
    """Make these (Tag rows or ids) the tags of the company."""
    return update_company(company_id=company_id, by=by, version=version, values={"tags": tags})


@service
def assign_company(*, company_id: int, owner: Any, by: Actor, version: int | None = None) -> Company:
    """Give the company to a colleague (or their id); its branch becomes theirs. Nothing else goes along."""
    company = lock(Company, company_id, by=by, permission="contacts.assign_company", version=version)
    changes = give(company, owner, by=by)
    store(record=company, changes=changes, by=by, said=SAID)
    return company


@service
def archive_company(*, company_id: int, by: Actor, version: int | None = None, archived: bool = True) -> Company:
    """Hide the company from default lists, or show it there again."""
    return update_company(company_id=company_id, by=by, version=version, values={"is_archived": archived})


@service
def delete_company(*, company_id: int, by: Actor, version: int | None = None) -> Company:
    """Move the company to the trash. Its contacts and opportunities stay and name it as in the trash."""
    company = lock(Company, company_id, by=by, permission="contacts.delete_company", version=version)
    return trash(company, by=by, event=occurred.CompanyTrashed())


@service
def restore_company(*, company_id: int, by: Actor) -> Company:
    """Take the company out of the trash."""
    company = lock(Company, company_id, by=by, permission="contacts.delete_company", trash=True)
    return restore(company, by=by, event=occurred.CompanyRestored())


@service
def purge_company(*, company_id: int, by: Actor) -> None:
    """Delete for good, at once or from the trash. Contacts, opportunities and subsidiaries are left without it (S3)."""
    company = lock_for_good(Company, company_id, by=by, permission="contacts.purge_company")
    purge(company, by=by, event=occurred.CompanyPurged())
