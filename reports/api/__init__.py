"""The reports room's part of the API: what became of campaigns, their people, and events."""
