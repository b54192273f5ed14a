"""Which service empties the trash of leads after thirty days."""

from core.retention import purged_by
from leads.models import Lead
from leads.services import purge_lead

purged_by(Lead, purge_lead, argument="lead_id")
