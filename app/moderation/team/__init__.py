"""Who moderates a debate: by invitation, until they step down; and what each moderator has decided."""
