"""People, lists and consent in the admin: for records and rare acts."""

from contacts.admin import consent, forms, imports, lists, people

__all__ = ["consent", "forms", "imports", "lists", "people"]
