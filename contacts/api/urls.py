"""The addresses of the contacts room below /api/v1/."""

from __future__ import annotations

from django.urls import path

from contacts.api import bulk, fields, lists, people, tagging, tags
from mailhub.web.api import paths as paths  # registers <id:…>

urlpatterns = [
    path("contacts", people.ContactList.as_view()),
    path("contacts/lookup", people.ContactLookup.as_view()),
    path("contacts/upsert", people.ContactUpsert.as_view()),
    path("contacts/bulk", bulk.ContactBulk.as_view()),
    path("contacts/<id:contact_id>", people.ContactPage.as_view()),
    path("contacts/<id:contact_id>/tags", tagging.ContactTags.as_view()),
    path("fields", fields.FieldList.as_view()),
    path("fields/<id:field_id>", fields.FieldPage.as_view()),
    path("lists", lists.ListList.as_view()),
    path("lists/<id:list_id>", lists.ListPage.as_view()),
    path("tags", tags.TagList.as_view()),
    path("tags/<id:tag_id>", tags.TagPage.as_view()),
]
