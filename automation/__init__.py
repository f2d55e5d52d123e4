"""Flows: letters that follow from what a person does. The room is laid out; its furniture comes later."""
