"""What people are told about what others did to what they wrote."""
