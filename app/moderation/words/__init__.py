"""Words that are watched, on the whole site or in a debate: each change is a decision with a reason."""
