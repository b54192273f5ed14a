"""Tags and what carries them."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from core.errors import RuleBroken
from core.models import Event
from leads.services import set_lead_tags
from opportunities.services import set_opportunity_tags, update_opportunity
from pipelines.models import Tag
from pipelines.services import create_tag, delete_tag, get_or_create_tag, update_tag
from tests.factories.people import World
from tests.factories.records import make_lead, make_opportunity


def test_a_tag_is_found_again_whatever_its_case(administrator: User) -> None:
    tag, is_new = get_or_create_tag(name=" Übergabe ", by=administrator)
    assert (tag.name, is_new) == ("Übergabe", True)
    assert get_or_create_tag(name="ÜBERGABE", by=administrator) == (tag, False)
    with pytest.raises(RuleBroken) as refused:
        create_tag(by=administrator, values={"name": "Übergabe"})
    assert refused.value.messages == ["There is a tag of this name."]


def test_only_administrators_make_tags(owner: User) -> None:
    with pytest.raises(PermissionDenied):
        create_tag(by=owner, values={"name": "VIP"})


def test_records_carry_exactly_the_tags_they_are_given(in_halden: World) -> None:
    vip, trial = (create_tag(by=in_halden.administrator, values={"name": name}) for name in ("VIP", "Trial"))
    lead, deal = make_lead(by=in_halden.owner, tags=[vip]), make_opportunity(by=in_halden.owner)
    assert list(lead.tags.all()) == [vip]
    set_lead_tags(lead_id=lead.pk, tags=["vip", trial.pk], by=in_halden.owner)
    assert set(lead.tags.all()) == {vip, trial}
    set_opportunity_tags(opportunity_id=deal.pk, tags=[trial], by=in_halden.owner)
    event = Event.objects.filter(record_type="lead", record=lead.pk).latest("id")
    assert (event.type, event.changes) == ("lead.changed", {"tags": [["VIP"], ["Trial", "VIP"]]})


def test_hanging_the_same_tags_again_changes_nothing(in_halden: World) -> None:
    vip = create_tag(by=in_halden.administrator, values={"name": "VIP"})
    deal = make_opportunity(by=in_halden.owner, tags=[vip])
    assert update_opportunity(opportunity_id=deal.pk, by=in_halden.owner, values={"tags": [vip]}).version == deal.version
    assert update_opportunity(opportunity_id=deal.pk, by=in_halden.owner, values={"tags": []}).version == deal.version + 1


@pytest.mark.parametrize("unknown", ["No such tag", 10**12])
def test_an_unknown_tag_is_refused(owner: User, unknown: object) -> None:
    deal = make_opportunity(by=owner)
    with pytest.raises(RuleBroken):
        set_opportunity_tags(opportunity_id=deal.pk, tags=[unknown], by=owner)


def test_a_deleted_tag_is_taken_off_and_a_renamed_one_stays(in_halden: World) -> None:
    vip = create_tag(by=in_halden.administrator, values={"name": "VIP"})
    deal = make_opportunity(by=in_halden.owner, tags=[vip])
    update_tag(tag_id=vip.pk, by=in_halden.administrator, values={"name": "Key account", "color": "violet"})
    assert [tag.name for tag in deal.tags.all()] == ["Key account"]
    delete_tag(tag_id=vip.pk, by=in_halden.administrator)
    assert not deal.tags.exists()
    assert not Tag.objects.exists()
