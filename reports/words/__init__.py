"""How figures and reasons are said to people on the screens."""
