"""The in-house SMTP transport: connections kept open, every reply weighed."""
