"""Moderators practise on known cases. Nothing that happens here has any effect, and nobody sees how others fared."""
