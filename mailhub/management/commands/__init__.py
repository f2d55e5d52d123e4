"""MailHub's own management commands."""
