"""Strength is kept on arguments; whatever it follows from marks it as due, by a trigger that no writer can forget."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_70"
down_revision = "20261125_52"
branch_labels = None
depends_on = None

LISTED = sa.text("hidden_by_id IS NULL AND withdrawn_at IS NULL")
FOLLOWS_FROM = (
    "agree_count",
    "disagree_count",
    "pass_count",
    "hidden_by_id",
    "withdrawn_at",
    "conceded_at",
    "author_id",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("arguments", sa.Column("conceded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("arguments", sa.Column("strength", sa.Double(), server_default="0.5", nullable=False))
    op.add_column("arguments", sa.Column("passed_on", sa.Double(), server_default="0.25", nullable=False))
    op.add_column("arguments", sa.Column("holds", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("arguments", sa.Column("reaches", sa.Boolean(), server_default="true", nullable=False))
    op.add_column("arguments", sa.Column("is_strength_due", sa.Boolean(), server_default="true", nullable=False))
    _order_by("strength")
    op.create_index(
        "ix_arguments_strength_due", "arguments", ["debate_id", "id"], postgresql_where=sa.text("is_strength_due")
    )
    op.execute("""
        CREATE FUNCTION mark_strength_due() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.is_strength_due := true;
            RETURN NEW;
        END $$
    """)
    columns = ", ".join(FOLLOWS_FROM)
    old, new = (", ".join(f"{row}.{column}" for column in FOLLOWS_FROM) for row in ("OLD", "NEW"))
    op.execute(f"""
        CREATE TRIGGER arguments_strength_due BEFORE UPDATE OF {columns} ON arguments
        FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION mark_strength_due()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER arguments_strength_due ON arguments")
    op.execute("DROP FUNCTION mark_strength_due()")
    op.drop_index("ix_arguments_strength_due", table_name="arguments")
    _order_by("base_score")
    for column in ("is_strength_due", "reaches", "holds", "passed_on", "strength", "conceded_at"):
        op.drop_column("arguments", column)


def _order_by(score: str) -> None:
    for name in ("ix_arguments_replies", "ix_arguments_strongest"):
        op.drop_index(name, table_name="arguments")
    order = [sa.text(f"{score} DESC"), "id"]
    op.create_index("ix_arguments_replies", "arguments", ["debate_id", "parent_id", "relation", *order])
    op.create_index(
        "ix_arguments_strongest", "arguments", ["debate_id", "position_id", *order], postgresql_where=LISTED
    )
