"""The doors of home and the reports."""
