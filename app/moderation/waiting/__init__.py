"""Posts that wait for a moderator: their pages, and what becomes of them."""
