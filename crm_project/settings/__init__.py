"""All settings, in files by subject. CRM_ENV says which of two worlds this is: `local` (the default) or `production`."""

from crm_project.settings.api import *
from crm_project.settings.base import *
from crm_project.settings.database import *
from crm_project.settings.environment import *
from crm_project.settings.logs import *
from crm_project.settings.security import *
