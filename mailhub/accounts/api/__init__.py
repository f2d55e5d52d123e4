"""Who may use the API: keys, scopes, limits, and writes that are done once."""
