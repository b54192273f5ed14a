"""Which service empties the trash of this app after thirty days."""

from activities.models import Activity
from activities.services import purge_activity
from core.retention import purged_by

purged_by(Activity, purge_activity, argument="activity_id")
