"""Decisions say in spite of which interest of their moderator they were made; the staff is found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_76"
down_revision = "20261128_72b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("decisions", sa.Column("interest", sa.String(32), nullable=True))
    op.create_check_constraint(op.f("ck_decisions_interest"), "decisions", "interest IN ('own', 'argued', 'acted')")
    op.create_index("ix_users_staff", "users", ["id"], postgresql_where=sa.text("role <> 'member'"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_users_staff", "users")
    op.drop_column("decisions", "interest")
