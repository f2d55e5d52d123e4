"""The language in which people are chosen: conditions in a tree, compiled to one filter over contacts."""
