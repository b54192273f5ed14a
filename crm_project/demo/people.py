"""The two businesses with their branches, and who works there."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "demo-Halden-2026"


@dataclass(frozen=True)
class Person:
    """Login is `key`@<business>.example; `branch` is the place among the business's branches."""

    key: str
    name: str
    role: str
    branch: int
    job_title: str
    language: str = "en"


@dataclass(frozen=True)
class Firm:
    """A business of the demo. share: how much of the asked for amount of records it gets."""

    slug: str
    name: str
    currency: str
    language: str
    time_zone: str
    branches: tuple[tuple[str, str], ...]
    people: tuple[Person, ...]
    share: float


HALDEN = Firm(
    "halden",
    "Halden Instruments",
    "EUR",
    "en",
    "Europe/Berlin",
    (("main", "Hamburg"), ("south", "München")),
    (
        Person("admin", "Andrea Vogt", "administrator", 0, "Operations"),
        Person("manager", "Markus Lindner", "manager", 0, "Head of Sales"),
        Person("lead", "Sabine Krüger", "team_lead", 0, "Team Lead North"),
        Person("lead2", "Tobias Hölzl", "team_lead", 1, "Team Lead South", "de"),
        Person("sales1", "Jonas Weber", "sales", 0, "Account Manager"),
        Person("sales2", "Lena Schuster", "sales", 0, "Account Manager", "de"),
        Person("sales3", "Deniz Aydın", "sales", 0, "Inside Sales"),
        Person("sales4", "Franz Gruber", "sales", 1, "Account Manager", "de"),
        Person("sales5", "Clara Winter", "sales", 1, "Account Manager"),
        Person("sales6", "Oliver Stark", "sales", 1, "Inside Sales"),
        Person("reader", "Petra Noll", "read_only", 0, "Controlling"),
    ),
    1.0,
)
FJORD = Firm(
    "fjord",
    "Fjord Maritime",
    "NOK",
    "en",
    "Europe/Oslo",
    (("main", "Bergen"), ("oslo", "Oslo")),
    (
        Person("admin", "Solveig Berge", "administrator", 0, "Operations"),
        Person("manager", "Anders Moen", "manager", 0, "Head of Sales"),
        Person("lead", "Kari Fosse", "team_lead", 0, "Team Lead West"),
        Person("sales1", "Henrik Dahl", "sales", 0, "Account Manager"),
        Person("sales2", "Maja Lund", "sales", 0, "Account Manager"),
        Person("sales3", "Sindre Holm", "sales", 1, "Account Manager"),
        Person("sales4", "Thea Strand", "sales", 1, "Account Manager"),
        Person("reader", "Bjørg Nes", "read_only", 1, "Accounting"),
    ),
    0.3,
)
FIRMS = (HALDEN, FJORD)


def logins() -> list[tuple[str, str]]:
    """(login, role) of everybody, business by business."""
    return [(f"{person.key}@{firm.slug}.example", person.role) for firm in FIRMS for person in firm.people]
