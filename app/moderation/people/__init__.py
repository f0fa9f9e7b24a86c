"""People who are reported: flagged, shown with their case, decided about."""
