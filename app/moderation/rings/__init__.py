"""Votes that look arranged: a report, what discounting them would change, and the decision to do so."""
