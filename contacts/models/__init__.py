"""The contacts room's tables: people, what they agreed to, and where they came from."""

from contacts.models.consent import Confirmation, ConsentAction, ConsentMethod, ConsentRecord, LegalBasis
from contacts.models.imports import Import, ImportChange, ImportChangeKind, ImportState
from contacts.models.lists import List, OptIn, Subscription, SubscriptionState
from contacts.models.people import Contact, ContactTag, CustomField, FieldType, Tag, TrackingPreference

__all__ = [
    "Confirmation",
    "ConsentAction",
    "ConsentMethod",
    "ConsentRecord",
    "Contact",
    "ContactTag",
    "CustomField",
    "FieldType",
    "Import",
    "ImportChange",
    "ImportChangeKind",
    "ImportState",
    "LegalBasis",
    "List",
    "OptIn",
    "Subscription",
    "SubscriptionState",
    "Tag",
    "TrackingPreference",
]
