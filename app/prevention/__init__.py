"""What keeps harm out before it stands: watched words, traps, posts that wait, networks that people share."""
