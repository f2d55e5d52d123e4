"""Runs all of MailHub's parts on one machine: `manage.py up`."""
