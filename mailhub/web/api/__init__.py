"""What every part of the API shares: shapes, errors, pages, and how operations are described."""
