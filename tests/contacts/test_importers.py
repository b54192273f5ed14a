"""Companies and contacts as imports."""

from accounts.models import User
from contacts.models import Company, Contact
from tests.factories.files import import_text, lines


def test_a_daughter_may_stand_before_its_parent_however_deep(administrator: User) -> None:
    said = lines(import_text("companies", "name,parent\nC,B\nB,A\nD,C\nA,\n", administrator))
    assert "4 rows: 4 created, 0 updated, 0 skipped, 0 refused" in said
    assert dict(Company.objects.values_list("name", "parent__name")) == {"A": None, "B": "A", "C": "B", "D": "C"}
    assert set(Company.objects.values_list("version", flat=True)) == {1}


def test_parents_in_a_circle_and_parents_that_never_come_are_refused(administrator: User) -> None:
    said = lines(import_text("companies", "name,parent\nA,B\nB,A\nC,Nowhere\nD,\n", administrator))
    assert "4 rows: 1 created, 0 updated, 0 skipped, 3 refused" in said
    assert "3 parent: is not known (line 2 “B”, line 3 “A”, line 4 “Nowhere”)" in said
    assert list(Company.objects.values_list("name", flat=True)) == ["D"]


def test_a_name_that_means_two_companies_is_not_guessed(administrator: User) -> None:
    import_text("companies", "name,website\nAcme,a.example\nACME,b.example\nÄcme,c.example\n", administrator)
    said = lines(import_text("contacts", "last_name,company\nLund,Acme\nBerg,acme\n", administrator))
    assert "1 company: means several records (line 3 “acme”)" in said
    assert Contact.objects.get().company.name == "Acme"


def test_a_contact_comes_with_company_owner_tags_and_country(administrator: User, owner: User) -> None:
    import_text("companies", "name\nMüller GmbH\n", administrator)
    text = "Full name;E-Mail;Firma;owner;tags;country;Telefon\nAnna Maria Groß;Anna@Mueller.example;müller gmbh;Owner Tester;VIP; Norwegen;040 66969 123\n"
    said = lines(import_text("contacts", text, administrator))
    assert "1 tags: VIP" in said
    person = Contact.objects.get()
    assert (person.first_name, person.last_name, person.email, person.company.name, person.owner, person.country, person.phone_e164) == (
        "Anna Maria",
        "Groß",
        "anna@mueller.example",
        "Müller GmbH",
        owner,
        "NO",
        "+494066969123",
    )
    assert [tag.name for tag in person.tags.all()] == ["VIP"]


def test_a_seller_cannot_import_for_somebody_else(owner: User) -> None:
    said = lines(import_text("contacts", "last_name,owner\nLund,Teammate Tester\n", owner))
    assert "1 Your role does not allow this. Ask an administrator of your business. (line 2)" in said
    assert not Contact.objects.exists()
