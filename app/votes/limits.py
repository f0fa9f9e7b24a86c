"""How long the text of a credit may be."""

CREDIT_MIN = 50  # About a line: enough to say what changed, and too much to hand out credits by the dozen.
CREDIT_MAX = 2_000  # A page, not another argument: that would be a reply.
