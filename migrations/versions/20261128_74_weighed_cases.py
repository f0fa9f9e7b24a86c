"""Flags have a weight, cases a score, a claim and a place in the queue's orders; open ones are counted by debate."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_74"
down_revision = "20261128_86_splits"
branch_labels = None
depends_on = None

OPEN = "closed_at IS NULL"
INDEXES = {
    "ix_cases_weightiest": ([sa.text("(- score)"), "id"], OPEN),
    "ix_cases_debate_queue": (["debate_id", "opened_at", "id"], OPEN),
    "ix_cases_debate_weightiest": (["debate_id", sa.text("(- score)"), "id"], OPEN),
    "ix_cases_claimed": (["claimed_by_id"], f"{OPEN} AND claimed_by_id IS NOT NULL"),
    "ix_cases_assigned": (["assigned_to_id"], f"{OPEN} AND assigned_to_id IS NOT NULL"),
    "ix_cases_escalated": (["opened_at", "id"], f"{OPEN} AND escalated_at IS NOT NULL"),
}
COUNT_OPEN = """
CREATE FUNCTION count_open_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO case_counts AS kept (debate_id, open_count)
    SELECT debate_id, sum(step) FROM ({steps}) AS steps GROUP BY debate_id HAVING sum(step) <> 0 ORDER BY debate_id
    ON CONFLICT (debate_id) DO UPDATE SET open_count = kept.open_count + excluded.open_count;
    RETURN NULL;
END $$
"""
GONE = "SELECT debate_id, -1 AS step FROM gone WHERE closed_at IS NULL"
COME = "SELECT debate_id, 1 AS step FROM come WHERE closed_at IS NULL"
EVENTS = {
    "insert": ("REFERENCING NEW TABLE AS come", COME),
    "update": ("REFERENCING OLD TABLE AS gone NEW TABLE AS come", f"{GONE} UNION ALL {COME}"),
    "delete": ("REFERENCING OLD TABLE AS gone", GONE),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _weigh_flags()
    _score_cases()
    _count_cases()
    op.add_column("decisions", sa.Column("is_automated", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for event in EVENTS:
        op.execute(f"DROP TRIGGER count_open_cases_on_{event} ON cases")
        op.execute(f"DROP FUNCTION count_open_cases_on_{event}()")
    op.drop_table("case_counts")
    op.drop_column("decisions", "is_automated")
    for name in ("ix_cases_reasons", *INDEXES):
        op.drop_index(name, "cases")
    for name in ("score", "reasons", "claimed_by_id", "claimed_until", "assigned_to_id", "escalated_at"):
        op.drop_column("cases", name)
    op.drop_index("ix_flags_reporter", "flags")
    for name in ("weight", "trust_level", "is_by_staff", "agreed_count", "handled_count"):
        op.drop_column("flags", name)


def _weigh_flags() -> None:
    """Earlier flags weigh one each, as a newcomer's do: how their reporters stood on that day is not known any more."""
    op.add_column("flags", sa.Column("weight", sa.Double(), server_default="1", nullable=False))
    op.add_column("flags", sa.Column("trust_level", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("flags", sa.Column("is_by_staff", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for name in ("agreed_count", "handled_count"):
        op.add_column("flags", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_flags_reporter", "flags", ["reporter_id", sa.text("id DESC")])


def _score_cases() -> None:
    op.add_column("cases", sa.Column("score", sa.Double(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("reasons", sa.ARRAY(sa.Text()), server_default="{}", nullable=False))
    for name in ("claimed_by_id", "assigned_to_id"):
        op.add_column("cases", sa.Column(name, sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_cases_{name}"), "cases", "users", [name], ["id"], ondelete="SET NULL")
    for name in ("claimed_until", "escalated_at"):
        op.add_column("cases", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        UPDATE cases SET score = weight, reasons = named FROM (
            SELECT case_id, sum(weight) AS weight, array_agg(DISTINCT reason::text ORDER BY reason::text) AS named
            FROM flags WHERE withdrawn_at IS NULL GROUP BY case_id
        ) AS standing WHERE cases.id = standing.case_id
    """)
    op.create_index("ix_cases_reasons", "cases", ["reasons"], postgresql_using="gin", postgresql_where=sa.text(OPEN))
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "cases", columns, postgresql_where=sa.text(where))


def _count_cases() -> None:
    op.create_table(
        "case_counts",
        sa.Column("debate_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("open_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["debate_id"], ["debates.id"], name=op.f("fk_case_counts_debate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("debate_id", name=op.f("pk_case_counts")),
    )
    op.execute("INSERT INTO case_counts SELECT debate_id, count(*) FROM cases WHERE closed_at IS NULL GROUP BY 1")
    for event, (tables, steps) in EVENTS.items():
        function = COUNT_OPEN.replace("count_open_cases()", f"count_open_cases_on_{event}()").format(steps=steps)
        op.execute(function)
        op.execute(
            f"CREATE TRIGGER count_open_cases_on_{event} AFTER {event.upper()} ON cases {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION count_open_cases_on_{event}()"
        )
