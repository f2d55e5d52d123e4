"""The post office's tables."""

from mailhub.delivery.models.brands import Brand, DkimKey, SendingDomain
from mailhub.delivery.models.capture import CapturedLetter
from mailhub.delivery.models.content import CompiledLetter, DispatchLink, PreparedLetter
from mailhub.delivery.models.events import AddressRecord, Event, HashKey, Suppression
from mailhub.delivery.models.ledger import Chunk, Dispatch, Due, Message

__all__ = [
    "AddressRecord",
    "Brand",
    "CapturedLetter",
    "Chunk",
    "CompiledLetter",
    "Dispatch",
    "DispatchLink",
    "DkimKey",
    "Due",
    "Event",
    "HashKey",
    "Message",
    "PreparedLetter",
    "SendingDomain",
    "Suppression",
]
