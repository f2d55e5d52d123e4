"""What the commands of this room share: reading arguments and files, watching a send, showing it."""
