"""What a new business starts with: two pipelines to choose from, and the lookup lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.choices import PipelineKind


@dataclass(frozen=True, slots=True)
class StageTemplate:
    key: str
    name: str
    name_de: str
    kind: str
    probability: int
    color: str
    rotting_days: int | None = None


@dataclass(frozen=True, slots=True)
class PipelineTemplate:
    """`requires`: what a record needs from the entry stage on."""

    key: str
    name: str
    name_de: str
    stages: tuple[StageTemplate, ...]
    requires: tuple[str, ...] = ()
    kind: str = field(default=PipelineKind.OPPORTUNITY.value)


_CLOSED = (
    StageTemplate("won", "Won", "Gewonnen", "won", 100, "green"),
    StageTemplate("lost", "Lost", "Verloren", "lost", 0, "red"),
)
_LATER = (
    StageTemplate("proposal", "Proposal", "Angebot", "open", 50, "violet", 14),
    StageTemplate("negotiation", "Negotiation", "Verhandlung", "open", 75, "amber", 14),
    *_CLOSED,
)

# S0's stages are the default; S2's come with its CRM pack, under its German names.
TEMPLATES: Mapping[str, PipelineTemplate] = {
    "sales": PipelineTemplate(
        "sales",
        "Sales",
        "Vertrieb",
        (
            StageTemplate("new", "New", "Neu", "open", 10, "gray", 7),
            StageTemplate("discovery", "Discovery", "Bedarf", "open", 25, "blue", 14),
            *_LATER,
        ),
        requires=("company",),
    ),
    "crm-pack": PipelineTemplate(
        "crm-pack",
        "CRM pack",
        "CRM-Paket",
        (
            StageTemplate("lead", "Lead", "Lead", "open", 10, "gray", 7),
            StageTemplate("qualified", "Qualified", "Qualifiziert", "open", 25, "blue", 14),
            *_LATER,
        ),
        requires=("company|primary_contact",),
    ),
}

# {list: ((key, English, German, tone), …)} in their order.
LOOKUPS: Mapping[str, tuple[tuple[str, str, str, str], ...]] = {
    "lead_status": (
        ("new", "New", "Neu", "blue"),
        ("contacted", "Contacted", "Kontaktiert", "violet"),
        ("qualified", "Qualified", "Qualifiziert", "teal"),
        ("unqualified", "Unqualified", "Ungeeignet", "gray"),
        ("won", "Won", "Gewonnen", "green"),
        ("lost", "Lost", "Verloren", "red"),
    ),
    "lead_source": (
        ("website", "Website", "Website", "gray"),
        ("referral", "Referral", "Empfehlung", "gray"),
        ("trade_fair", "Trade fair", "Messe", "gray"),
        ("phone", "Phone call", "Anruf", "gray"),
        ("email", "E-mail", "E-Mail", "gray"),
        ("cold_call", "Cold call", "Kaltakquise", "gray"),
        ("advertising", "Advertising", "Werbung", "gray"),
        ("social_media", "Social media", "Soziale Medien", "gray"),
        ("partner", "Partner", "Partner", "gray"),
        ("other", "Other", "Sonstige", "gray"),
    ),
    "loss_reason": (
        ("price", "Price", "Preis", "gray"),
        ("competitor", "Competitor", "Wettbewerb", "gray"),
        ("no_budget", "No budget", "Kein Budget", "gray"),
        ("no_decision", "No decision", "Keine Entscheidung", "gray"),
        ("no_need", "No need", "Kein Bedarf", "gray"),
        ("timing", "Wrong time", "Falscher Zeitpunkt", "gray"),
        ("no_answer", "No answer", "Keine Antwort", "gray"),
        ("other", "Other", "Sonstiger", "gray"),
        ("unknown", "Unknown", "Unbekannt", "gray"),
    ),
    "industry": (
        ("manufacturing", "Manufacturing", "Fertigung", "gray"),
        ("construction", "Construction", "Bau", "gray"),
        ("retail", "Retail", "Handel", "gray"),
        ("technology", "Technology", "Technik", "gray"),
        ("software", "Software", "Software", "gray"),
        ("telecommunications", "Telecommunications", "Telekommunikation", "gray"),
        ("medical", "Medical", "Medizin", "gray"),
        ("finance", "Finance", "Finanzen", "gray"),
        ("services", "Services", "Dienstleistungen", "gray"),
        ("employment", "Employment", "Personal", "gray"),
        ("marketing", "Marketing", "Marketing", "gray"),
        ("entertainment", "Entertainment", "Unterhaltung", "gray"),
        ("logistics", "Logistics", "Logistik", "gray"),
        ("energy", "Energy", "Energie", "gray"),
        ("food", "Food", "Lebensmittel", "gray"),
        ("agriculture", "Agriculture", "Landwirtschaft", "gray"),
        ("education", "Education", "Bildung", "gray"),
        ("public", "Public sector", "Öffentlicher Dienst", "gray"),
        ("other", "Other", "Sonstige", "gray"),
    ),
}
