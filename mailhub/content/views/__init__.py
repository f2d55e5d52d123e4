"""The screens of letters and images."""
