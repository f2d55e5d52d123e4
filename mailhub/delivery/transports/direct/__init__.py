"""Letters straight to the mail servers of their recipients' domains, as DNS names them."""
