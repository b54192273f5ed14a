"""The command that imports: chunk by chunk, through the services, as a person with rights."""

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError

from accounts.models import User
from contacts.models import Company
from core.models import Event, ExternalId, SearchEntry, Sequence
from exchange.declare import importer
from leads.models import Lead
from tests.factories.files import import_text, lines
from tests.factories.people import World

COMPANIES = "name,city,website\nAcme,Oslo,acme.example\nBix,Bern,\n"


def names() -> list[str]:
    return sorted(Company.objects.values_list("name", flat=True))


def test_a_row_becomes_what_the_service_would_have_made(administrator: User) -> None:
    said = import_text("companies", "name,billing_city,website\nAcme,Oslo,https://acme.example\n", administrator)
    company = Company.objects.get()
    assert (company.reference, company.name, company.domain, company.owner, company.created_by, company.version) == (
        "CO-1",
        "Acme",
        "acme.example",
        administrator,
        administrator,
        1,
    )
    assert SearchEntry.objects.get(kind=Company.search_number, object_id=company.pk).text == " co-1 acme acme.example"
    event = Event.objects.get(record_type="company")
    assert (event.type, event.actor, event.operation is not None) == ("company.created", administrator, True)
    assert "1 rows: 1 created, 0 updated, 0 skipped, 0 refused" in said


def test_the_same_file_twice_makes_nothing_twice(administrator: User) -> None:
    import_text("companies", COMPANIES, administrator)
    said = import_text("companies", COMPANIES, administrator)
    assert "2 rows: 0 created, 0 updated, 2 skipped, 0 refused" in said
    assert (names(), Sequence.objects.get(kind="company").next) == (["Acme", "Bix"], 3)


def test_an_import_that_was_cut_off_goes_on_where_it_stood(administrator: User) -> None:
    rows = [f"Company {number}" for number in range(450)]
    with pytest.raises(CommandError, match="Line 402 cannot be read: a quote is not closed"):
        import_text("companies", "name\n" + "\n".join(rows[:400]) + '\n"' + "\n".join(rows[400:]), administrator)
    assert Company.objects.count() == 400
    said = import_text("companies", "name\n" + "\n".join(rows), administrator)
    assert "450 rows: 50 created, 0 updated, 400 skipped, 0 refused" in said
    assert sorted(Company.objects.values_list("reference", flat=True)) == sorted(f"CO-{n}" for n in range(1, 451))


def test_a_rehearsal_reports_everything_and_keeps_nothing(administrator: User) -> None:
    events = Event.objects.count()
    said = import_text("companies", "name,parent\nBix,Acme\nAcme,\n,x\n", administrator, dry_run=True)
    assert "(a rehearsal: nothing was kept)" in said
    assert "3 rows: 2 created, 0 updated, 0 skipped, 1 refused" in said
    assert (names(), ExternalId.objects.count(), Event.objects.count()) == ([], 0, events)
    assert not Sequence.objects.filter(kind="company").exists()


def test_what_is_there_takes_over_what_differs_when_the_map_says_so(administrator: User) -> None:
    plan = 'external_id = "{no}"\nexisting = "update"\n[columns]\nname = "name"\ncity = "billing_city"\n'
    import_text("companies", "no,name,city\n1,Acme,Oslo\n2,Bix,Bern\n", administrator, plan)
    said = import_text("companies", "no,name,city\n1,Acme,Bergen\n2,Bix,Bern\n3,Cox,Cork\n", administrator, plan)
    assert "3 rows: 1 created, 1 updated, 1 skipped, 0 refused" in said
    assert list(Company.objects.order_by("name").values_list("name", "billing_city", "version")) == [
        ("Acme", "Bergen", 2),
        ("Bix", "Bern", 1),
        ("Cox", "Cork", 1),
    ]


def test_a_record_in_the_trash_is_there_and_does_not_come_back(administrator: User) -> None:
    import_text("companies", "name\nAcme\n", administrator)
    Company.objects.update(deleted_at="2026-01-01T00:00:00Z")
    assert "0 created, 0 updated, 1 skipped" in import_text("companies", "name\nAcme\n", administrator)


def test_each_refusal_of_a_service_is_a_reason_with_its_line(administrator: User) -> None:
    text = "name,email,phone,value,status\nAnna,,,,\nBert,b@b.example,,-5,\nCara,not an address,,,\nDora,d@d.example,,9e9,\nEmil,e@e.example,,1,lost\n"
    said = lines(import_text("leads", text, administrator))
    assert "5 rows: 0 created, 0 updated, 0 skipped, 5 refused" in said
    assert "1 email: Give an e-mail address or a phone number. (line 2)" in said
    assert "1 value: Ensure this value is greater than or equal to 0. (line 3)" in said
    assert "1 email: Enter a valid email address. (line 4)" in said
    assert "1 value: is no number (line 5 “9e9”)" in said
    assert "1 loss_reason: Say why it was lost. (line 6)" in said


def test_refused_rows_are_written_out_to_be_put_right(administrator: User, tmp_path: Path) -> None:
    import_text("leads", 'name,email\nAnna,\n"=HYPERLINK(1)",\n', administrator, refused=tmp_path / "refused.csv")
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["name", "email", "line", "why"],
            ["Anna", "", "2", "email: Give an e-mail address or a phone number."],
            ["'=HYPERLINK(1)", "", "3", "email: Give an e-mail address or a phone number."],
        ]


def test_an_import_needs_the_right_to_make_the_kind(in_halden: World) -> None:
    with pytest.raises(CommandError, match=r"reader@halden\.example: Your role does not allow this"):
        import_text("companies", COMPANIES, in_halden.reader)
    with pytest.raises(CommandError, match="Your role does not allow this"):
        import_text("users", "email,role\nx@x.example,sales\n", in_halden.owner)
    import_text("companies", COMPANIES, in_halden.owner)
    assert names() == ["Acme", "Bix"]


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("name,when,stage\nDeal,2020-01-01,new\n", '[columns]\nname = "name"\nwhen = "began_on"\n'),
        ("name\nDeal\n", '[columns]\nname = "name"\n[defaults]\nloss_reason = "unknown"\n'),
        ("name\nDeal\n", '[setup.pipeline]\nkey = "mine"\nname = "Mine"\n'),
    ],
    ids=["history", "defaults", "set-up"],
)
def test_only_an_administrator_brings_defaults_history_and_set_up(in_halden: World, text: str, plan: str) -> None:
    for person in (in_halden.owner, in_halden.manager):
        with pytest.raises(CommandError, match="Only an administrator's import may bring defaults, history or set-up"):
            import_text("opportunities", text, person, plan)


def test_nobody_imports_into_another_business(in_halden: World) -> None:
    with pytest.raises(CommandError, match=r"Nobody of Fjord has the address owner@halden\.example"):
        import_text("companies", COMPANIES, in_halden.owner, business="fjord")


def test_rows_name_only_what_the_importing_person_may_see(in_halden: World) -> None:
    import_text("companies", COMPANIES, in_halden.colleague)
    said = import_text("contacts", "last_name,company\nLund,Acme\n", in_halden.owner)
    assert "company: is not known" in said
    assert "1 refused" in said


def test_a_list_value_that_is_not_there_is_added_by_an_administrator_alone(in_halden: World) -> None:
    text = "name,email,source\nAnna,a@a.example,Carrier pigeon\n"
    assert "source: is not known, and only an administrator adds it" in import_text("leads", text, in_halden.owner)
    said = import_text("leads", text, in_halden.administrator)
    assert "1  source: Carrier pigeon" in said
    assert Lead.objects.get().source.key == "carrier_pigeon"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"kind": "unicorns"}, "There is no kind 'unicorns'. There are: companies, contacts, leads, opportunities, tags, users"),
        ({"business": "nowhere"}, "There is no business 'nowhere'. There are: fjord, halden"),
        ({"text": ""}, "The file is empty."),
        ({"text": "city\nOslo\n"}, "Nothing goes into name. The columns are: city"),
        ({"plan": "[columns]\nname = 'shoe_size'\n"}, "No field of companies: shoe_size."),
        ({"plan": "[columns]\nfirm = 'name'\n"}, "The file has no column firm. It has: name, city, website"),
        ({"plan": "[columns\n"}, "is no TOML or JSON"),
        ({"plan": "kind = 'leads'\n"}, "This map is for leads."),
        ({"plan": "colums = 1\n"}, "The map's part colums is unknown or of the wrong type."),
        ({"plan": "[[rules]]\nsay = 'x'\n"}, "A rule has say, column, is, when and then"),
        ({"plan": "[constants]\nnotes = '{nothing}'\n"}, "The file has no column nothing."),
    ],
)
def test_what_cannot_begin_is_said_in_a_sentence(administrator: User, options: dict[str, str], sentence: str) -> None:
    given = {"kind": "companies", "text": COMPANIES, **options}
    with pytest.raises(CommandError) as refusal:
        import_text(given.pop("kind"), given.pop("text"), administrator, **given)
    assert sentence in str(refusal.value)
    assert names() == []


CELLS = ["x" * 30_000, "'; drop table contacts_company; --", "{name}", "=1+1", "\u202ename", "👍" * 60, "0" * 500, "null", "a\x00b"]


@pytest.mark.parametrize("kind", ["companies", "contacts", "leads", "opportunities", "users", "tags"])
def test_no_cell_of_any_column_ends_in_a_traceback(administrator: User, kind: str) -> None:
    columns = [field.name for field in importer(kind).fields]
    rows = [['"' + (cell if at == number else "") + '"' for at in range(len(columns))] for cell in CELLS for number in range(len(columns))]
    said = import_text(kind, "\n".join(",".join(row) for row in [columns, *rows]), administrator)
    assert f"{len(rows)} rows:" in said


def test_a_file_with_half_of_a_surrogate_pair_is_no_text(administrator: User) -> None:
    said = import_text("companies", "name\nAcme \ud800\n", administrator)
    assert "1 rows: 1 created" in said  # read as Windows-1252, as any byte may be
