"""What brings the example shop into the database and takes it out again."""
