"""Posts that wait for a moderator: a choice of each debate for first posts, and decisions about them."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_78_2"
down_revision = "20261128_78"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
ACTIONS = ("release", "decline")
REASONS = "reason IN ('first_post', 'trap', 'watched')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "debates", sa.Column("holds_first_posts", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    for table in ("decisions", "log_entries"):
        _set_actions(table, [*_read_actions(table), *ACTIONS])
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_action")
    op.create_table(
        "held_posts",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("watched", sa.Text(), nullable=False),
        sa.Column("parent_argument_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_annotation_id", sa.BigInteger(), nullable=True),
        sa.Column("passage_id", sa.BigInteger(), nullable=True),
        sa.Column("fields", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("argument_id", sa.BigInteger(), nullable=True),
        sa.Column("annotation_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(REASONS, name=op.f("ck_held_posts_reason")),
        sa.CheckConstraint("num_nonnulls(argument_id, annotation_id) <= 1", name=op.f("ck_held_posts_released_once")),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_held_posts_debate_id")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_held_posts_author_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_held_posts_decision_id")),
        *(_reference(*each) for each in REFERENCES),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_held_posts")),
        sa.UniqueConstraint("author_id", "idempotency_key", name=op.f("uq_held_posts_author_id_idempotency_key")),
    )
    op.create_index("ix_held_posts_author", "held_posts", ["author_id", sa.text("id DESC")])
    waiting = sa.text("decision_id IS NULL AND withdrawn_at IS NULL")
    op.create_index("ix_held_posts_waiting", "held_posts", ["debate_id", "id"], postgresql_where=waiting)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("held_posts")
    for table in ("decisions", "log_entries"):
        _set_actions(table, [action for action in _read_actions(table) if action not in ACTIONS])
    op.drop_column("debates", "holds_first_posts")


REFERENCES = (
    ("parent_argument_id", "arguments"),
    ("parent_annotation_id", "annotations"),
    ("passage_id", "passages"),
    ("argument_id", "arguments"),
    ("annotation_id", "annotations"),
)


def _reference(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_held_posts_debate_id_{column}")
    return sa.ForeignKeyConstraint(["debate_id", column], [f"{table}.debate_id", f"{table}.id"], name=name)


def _read_actions(table: str) -> list[str]:
    """Those that the check allows by now: other revisions add some too, in whichever order they come."""
    statement = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    definition = op.get_bind().execute(statement, {"name": f"ck_{table}_action"}).scalar_one()
    return re.findall(r"'([a-z_]+)'", definition)


def _set_actions(table: str, actions: list[str]) -> None:
    """Entries of the log stay for ever, so going back does not look at those that are there."""
    allowed = ", ".join(f"'{action}'" for action in actions)
    op.drop_constraint(op.f(f"ck_{table}_action"), table, type_="check")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_action CHECK (action IN ({allowed})) NOT VALID")
