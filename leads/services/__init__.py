"""Every write of leads."""

from leads.services.conversion import convert_lead
from leads.services.handover import assign_lead
from leads.services.leads import FIELDS as LEAD_FIELDS
from leads.services.leads import create_lead, move_lead, set_lead_tags, update_lead
from leads.services.trash import delete_lead, purge_lead, restore_lead
from leads.services.upkeep import keep_lead_figures

__all__ = [
    "LEAD_FIELDS",
    "assign_lead",
    "convert_lead",
    "create_lead",
    "delete_lead",
    "keep_lead_figures",
    "move_lead",
    "purge_lead",
    "restore_lead",
    "set_lead_tags",
    "update_lead",
]
