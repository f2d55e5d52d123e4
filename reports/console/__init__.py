"""How this room's reports are written on a terminal."""
