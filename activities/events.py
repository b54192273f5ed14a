"""What happened to activities."""

from dataclasses import dataclass

Records = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ActivityChanged:
    """One class for every change of an activity, so that who keeps figures of it listens to one.

    what: created, changed, completed, reopened, cancelled, assigned, linked, trashed, restored, purged.
    before, after: the (kind, id) of the records it was on and is on; a trashed one is on none. Of a batch only the last
    event names them, for the whole batch, so that the figures of each record are worked out once.
    """

    activity: int
    kind: str
    what: str
    before: Records = ()
    after: Records = ()

    @property
    def type(self) -> str:
        """What the feed calls it."""
        return f"activity.{self.what}"

    @property
    def records(self) -> Records:
        """The records whose next step and last activity may be different now."""
        return tuple(dict.fromkeys((*self.before, *self.after)))
