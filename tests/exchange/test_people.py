"""People as an import."""

from accounts.models import Branch, User
from tests.factories.files import import_text, lines
from tests.factories.people import World

TEAM = "agent,office\nMaren Ochoa,Central\nMei-Mei Núñez,Central\n"
PLAN = """
[columns]
agent = "name"
office = "branch"
[constants]
role = "sales"
[defaults]
email = "{agent:mail}@team.example"
"""


def test_people_without_an_address_get_one_by_pattern_and_no_usable_password(administrator: User) -> None:
    said = lines(import_text("users", TEAM, administrator, PLAN))
    assert "2 email: {agent:mail}@team.example" in said
    person = User.objects.get(email="mei-mei.nunez@team.example")
    assert (
        person.first_name,
        person.last_name,
        person.branch.name,
        person.role.key,
        person.has_usable_password(),
        person.agent_number != "",
    ) == (
        "Mei-Mei",
        "Núñez",
        "Central",
        "sales",
        False,
        True,
    )
    assert Branch.objects.of(administrator.business).filter(name="Central").count() == 1


def test_whoever_works_here_already_is_skipped(administrator: User) -> None:
    import_text("users", TEAM, administrator, PLAN)
    assert "2 rows: 0 created, 0 updated, 2 skipped, 0 refused" in lines(import_text("users", TEAM, administrator, PLAN))


def test_an_address_of_somebody_elsewhere_is_refused_without_saying_where(in_halden: World) -> None:
    said = lines(import_text("users", f"email,name,role\n{in_halden.outsider.email},X Y,sales\n", in_halden.administrator))
    assert "1 email: This e-mail address cannot be used. (line 2)" in said


def test_nobody_is_imported_with_more_rights_than_the_importing_person_or_as_a_platform_operator(administrator: User) -> None:
    said = lines(import_text("users", "email,name,role,is_superuser,is_staff,business\na@a.example,A B,sales,1,1,2\n", administrator))
    assert "Columns not taken over: is_superuser, is_staff, business" in said
    made = User.objects.get(email="a@a.example")
    assert (made.is_superuser, made.is_staff, made.business) == (False, False, administrator.business)
