"""Quality marks on arguments, and word of them and of cases that are handed on."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_74_3"
down_revision = "20261128_74_2"
branch_labels = None
depends_on = None

KINDS = (
    "'reply', 'annotation_reply', 'decision', 'flag_outcome', 'orphan', 'credit', 'edit', 'concession', 'steelman', "
    "'citation', 'new_argument', 'appeal_outcome'"
)
MARKS = "'unsupported', 'no_claim', 'unclear', 'vulgar', 'duplicate', 'unrelated', 'several_claims', 'elsewhere'"
ENDS = "'edited', 'taken_back', 'moderator', 'moved'"
OPEN = sa.text("resolved_at IS NULL")
CLEAR = """
CREATE FUNCTION clear_marks_of_moved_arguments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE review_marks SET resolved_at = now(), resolution = 'moved'
    WHERE debate_id = NEW.debate_id AND argument_id = NEW.id AND kind = 'elsewhere' AND resolved_at IS NULL;
    RETURN NULL;
END $$
"""
MOVED = """
CREATE TRIGGER clear_marks_of_moved_arguments AFTER UPDATE OF parent_id ON arguments
FOR EACH ROW WHEN (OLD.parent_id IS DISTINCT FROM NEW.parent_id) EXECUTE FUNCTION clear_marks_of_moved_arguments()
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "review_marks",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=False),
        sa.Column("marker_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("resolution", sa.String(32), nullable=True),
        sa.CheckConstraint(f"kind IN ({MARKS})", name=op.f("ck_review_marks_kind")),
        sa.CheckConstraint(f"resolution IN ({ENDS})", name=op.f("ck_review_marks_resolution")),
        sa.CheckConstraint("slot BETWEEN 1 AND 2", name=op.f("ck_review_marks_slot")),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name=op.f("ck_review_marks_resolved")),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_review_marks_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["users.id"], name=op.f("fk_review_marks_marker_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["users.id"], name=op.f("fk_review_marks_resolved_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_review_marks")),
    )  # fmt: skip
    for name, columns in (
        ("uq_review_marks_two_open_an_argument", ["debate_id", "argument_id", "slot"]),
        ("uq_review_marks_one_a_person_and_argument", ["marker_id", "debate_id", "argument_id"]),
    ):
        op.create_index(name, "review_marks", columns, unique=True, postgresql_where=OPEN)
    op.execute(CLEAR)
    op.execute(MOVED)
    _know_kinds(f"{KINDS}, 'review_mark', 'case'")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        "UPDATE users u SET unread_count = unread_count - n FROM (SELECT user_id, count(*) AS n FROM notifications "
        "WHERE kind IN ('review_mark', 'case') AND read_at IS NULL GROUP BY user_id) AS gone WHERE u.id = user_id"
    )
    op.execute("DELETE FROM notifications WHERE kind IN ('review_mark', 'case')")
    _know_kinds(KINDS)
    op.execute("DROP TRIGGER clear_marks_of_moved_arguments ON arguments")
    op.execute("DROP FUNCTION clear_marks_of_moved_arguments()")
    op.drop_table("review_marks")


def _know_kinds(kinds: str) -> None:
    op.drop_constraint(op.f("ck_notifications_kind"), "notifications", type_="check")
    op.create_check_constraint(op.f("ck_notifications_kind"), "notifications", f"kind IN ({kinds})")
