"""A discount of votes outlives the account of the author on whose arguments they were cast; the few annotations that
are hidden or withdrawn are found without the others, as such arguments are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "20261128_99"
down_revision = "20261128_88b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "vote_discounts", sa.Column("left_arguments", ARRAY(sa.BigInteger()), server_default="{}", nullable=False)
    )
    op.alter_column("vote_discounts", "author_id", nullable=True)
    _refer("SET NULL")
    op.create_index(
        "ix_annotations_unlisted", "annotations", ["debate_id"],
        postgresql_where=sa.text("hidden_by_id IS NOT NULL OR withdrawn_at IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_annotations_unlisted", table_name="annotations")
    op.execute("DELETE FROM vote_discounts WHERE author_id IS NULL")
    _refer("CASCADE")
    op.alter_column("vote_discounts", "author_id", nullable=False)
    op.drop_column("vote_discounts", "left_arguments")


def _refer(on_delete: str) -> None:
    name = op.f("fk_vote_discounts_author_id")
    op.drop_constraint(name, "vote_discounts", type_="foreignkey")
    op.create_foreign_key(name, "vote_discounts", "users", ["author_id"], ["id"], ondelete=on_delete)
