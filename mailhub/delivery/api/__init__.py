"""The post office's part of the API: suppressions, brands, senders, domains."""
