"""The campaigns room's part of the API: draft, check, test, launch, pause, stop."""
