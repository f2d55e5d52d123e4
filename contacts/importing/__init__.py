"""Brings files of people into the contacts room: read, map, stage, merge, resume."""
