"""What is kept about a person: handed out, erased, forgotten after a time."""
