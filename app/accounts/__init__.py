"""People's accounts: signing up and in, sessions, one-time links, roles."""
