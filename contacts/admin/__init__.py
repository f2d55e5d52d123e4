"""People, lists and consent in the admin: for records and rare acts."""

from contacts.admin import browsing, consent, forms, imports, lists, people

__all__ = ["browsing", "consent", "forms", "imports", "lists", "people"]
