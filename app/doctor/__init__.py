"""Whether the database still says the same thing in the two places where it says something twice."""
