"""Which services empty the trash of this app after thirty days."""

from contacts.models import Company, Contact
from contacts.services import purge_company, purge_contact
from core.retention import purged_by

purged_by(Company, purge_company, argument="company_id")
purged_by(Contact, purge_contact, argument="contact_id")
