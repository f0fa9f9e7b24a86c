"""A lively debate by simulated participants, for looking around. Nothing of it is anybody's opinion."""
