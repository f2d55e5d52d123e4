"""Reads contact files of unknown make, row by row and in constant memory; knows nothing of contacts."""
