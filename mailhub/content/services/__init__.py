"""What writes letters."""
