"""The staff's pages of campaigns."""
