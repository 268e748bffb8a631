"""What can be done with a model that was trained and saved."""
