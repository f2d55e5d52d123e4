"""What changes staff accounts."""
