"""How fast letters may leave. The sender's seam: `admit` before the hand-over, `settle` right after it."""

from mailhub.delivery.limits.admission import Admission, admit, give_back, settle
from mailhub.delivery.limits.holding import Held

__all__ = ["Admission", "Held", "admit", "give_back", "settle"]
