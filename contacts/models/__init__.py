"""The contacts room's tables: people, what they agreed to, and where they came from."""

from contacts.models.bulk import BulkJob, BulkKind, BulkState
from contacts.models.consent import Confirmation, ConsentAction, ConsentMethod, ConsentRecord, LegalBasis
from contacts.models.forms import FormVersion, SignUp, SignUpForm, SignUpState
from contacts.models.imports import (
    Import,
    ImportChange,
    ImportChangeKind,
    ImportKind,
    ImportPhase,
    ImportState,
)
from contacts.models.lists import List, OptIn, Subscription, SubscriptionState
from contacts.models.people import Contact, ContactTag, CustomField, FieldType, Tag, TrackingPreference
from contacts.models.views import SavedView
from contacts.models.wishes import Frequency, LeavingReason, LinkKind, LinkRequest, MailingWish, Reason

__all__ = [
    "BulkJob",
    "BulkKind",
    "BulkState",
    "Confirmation",
    "ConsentAction",
    "ConsentMethod",
    "ConsentRecord",
    "Contact",
    "ContactTag",
    "CustomField",
    "FieldType",
    "FormVersion",
    "Frequency",
    "Import",
    "ImportChange",
    "ImportChangeKind",
    "ImportKind",
    "ImportPhase",
    "ImportState",
    "LeavingReason",
    "LegalBasis",
    "LinkKind",
    "LinkRequest",
    "List",
    "MailingWish",
    "OptIn",
    "Reason",
    "SavedView",
    "SignUp",
    "SignUpForm",
    "SignUpState",
    "Subscription",
    "SubscriptionState",
    "Tag",
    "TrackingPreference",
]
