"""The contacts room's part of the API: people, tags, fields, lists, consent, imports."""
