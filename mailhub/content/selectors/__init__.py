"""What reads letters, drafts, versions and images."""
