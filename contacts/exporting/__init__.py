"""Contacts as CSV files: which columns, row by row, as a download or as a file that waits."""
