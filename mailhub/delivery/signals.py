"""News that goes upstairs: ids in batches, sent after commit, in the process where it happened."""

from django.dispatch import Signal

# event_ids: list[int], events that are new.
events_recorded = Signal()
# dispatch_id: int; every row is settled and the balance adds up.
dispatch_finished = Signal()
# dispatch_id: int, reason: str; a route that doesn't work, as a sentence for people.
dispatch_paused = Signal()
# dispatch_id: int; a person settled letters in doubt, which may have made a finished dispatch go on.
doubt_settled = Signal()
