"""Every write of opportunities."""

from opportunities.services.deals import FIELDS as OPPORTUNITY_FIELDS
from opportunities.services.deals import (
    assign_opportunity,
    close_opportunity,
    create_opportunity,
    move_opportunity,
    reopen_opportunity,
    set_opportunity_tags,
    update_opportunity,
)
from opportunities.services.people import add_opportunity_contact, remove_opportunity_contact
from opportunities.services.stages import stage_event
from opportunities.services.trash import delete_opportunity, purge_opportunity, restore_opportunity
from opportunities.services.upkeep import keep_activity_figures, reindex_company

__all__ = [
    "OPPORTUNITY_FIELDS",
    "add_opportunity_contact",
    "assign_opportunity",
    "close_opportunity",
    "create_opportunity",
    "delete_opportunity",
    "keep_activity_figures",
    "move_opportunity",
    "purge_opportunity",
    "reindex_company",
    "remove_opportunity_contact",
    "reopen_opportunity",
    "restore_opportunity",
    "set_opportunity_tags",
    "stage_event",
    "update_opportunity",
]
