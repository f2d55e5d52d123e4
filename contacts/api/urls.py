"""The addresses of the contacts room below /api/v1/."""

from __future__ import annotations

from django.urls import path

from contacts.api import bulk, exports, fields, imports, lists, people, signups, subscriptions, tagging, tags
from mailhub.web.api import paths as paths  # registers <id:…>

urlpatterns = [
    path("contacts", people.ContactList.as_view()),
    path("contacts/lookup", people.ContactLookup.as_view()),
    path("contacts/upsert", people.ContactUpsert.as_view()),
    path("contacts/bulk", bulk.ContactBulk.as_view()),
    path("contacts/<id:contact_id>", people.ContactPage.as_view()),
    path("contacts/<id:contact_id>/tags", tagging.ContactTags.as_view()),
    path("contacts/<id:contact_id>/subscriptions", subscriptions.ContactSubscriptions.as_view()),
    path("contacts/<id:contact_id>/subscriptions/<id:list_id>", subscriptions.ContactSubscription.as_view()),
    path("contacts/<id:contact_id>/consent", subscriptions.ConsentRecords.as_view()),
    path("subscriptions", subscriptions.SubscriptionList.as_view()),
    path("unsubscriptions", subscriptions.Leaving.as_view()),
    path("signups", signups.SignUps.as_view()),
    path("exports", exports.ExportList.as_view()),
    path("exports/<id:export_id>", exports.ExportPage.as_view()),
    path("exports/<id:export_id>/file", exports.ExportFile.as_view()),
    path("imports", imports.ImportList.as_view()),
    path("imports/<id:import_id>", imports.ImportPage.as_view()),
    path("imports/<id:import_id>/start", imports.ImportStart.as_view()),
    path("imports/<id:import_id>/errors", imports.ImportErrors.as_view()),
    path("imports/<id:import_id>/undo", imports.ImportUndo.as_view()),
    path("fields", fields.FieldList.as_view()),
    path("fields/<id:field_id>", fields.FieldPage.as_view()),
    path("lists", lists.ListList.as_view()),
    path("lists/<id:list_id>", lists.ListPage.as_view()),
    path("tags", tags.TagList.as_view()),
    path("tags/<id:tag_id>", tags.TagPage.as_view()),
    path("tags/<id:tag_id>/merge", tags.TagMerge.as_view()),
]
