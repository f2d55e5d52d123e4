"""The post office's tables."""

from mailhub.delivery.models.brands import Brand, DkimKey, Sender, SendingDomain
from mailhub.delivery.models.capture import CapturedLetter
from mailhub.delivery.models.content import CompiledLetter, DispatchLink, PreparedLetter
from mailhub.delivery.models.events import AddressRecord, Event, HashKey, Suppression
from mailhub.delivery.models.ledger import Chunk, Dispatch, Due, Message
from mailhub.delivery.models.limits import (
    BreakerTrip,
    CounterMark,
    DestinationLimit,
    ReservedDay,
    RouteLimit,
    WarmUp,
)
from mailhub.delivery.models.routes import StoredRoute
from mailhub.delivery.models.routing import RouteChoice, RouteRule

__all__ = [
    "AddressRecord",
    "Brand",
    "BreakerTrip",
    "CapturedLetter",
    "Chunk",
    "CompiledLetter",
    "CounterMark",
    "DestinationLimit",
    "Dispatch",
    "DispatchLink",
    "DkimKey",
    "Due",
    "Event",
    "HashKey",
    "Message",
    "PreparedLetter",
    "ReservedDay",
    "RouteChoice",
    "RouteLimit",
    "RouteRule",
    "Sender",
    "SendingDomain",
    "StoredRoute",
    "Suppression",
    "WarmUp",
]
