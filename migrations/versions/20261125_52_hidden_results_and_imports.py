"""A debate may hide its results, and statements and votes may come from elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_52"
down_revision = "20261125_51"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("debates", sa.Column("hides_results", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("users", sa.Column("is_imported", sa.Boolean(), server_default="false", nullable=False))
    op.drop_constraint(op.f("ck_arguments_origin"), "arguments", type_="check")
    op.create_check_constraint(op.f("ck_arguments_origin"), "arguments", "origin IN ('essay', 'person', 'imported')")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_arguments_origin"), "arguments", type_="check")
    op.execute("UPDATE arguments SET origin = 'person' WHERE origin = 'imported'")
    op.create_check_constraint(op.f("ck_arguments_origin"), "arguments", "origin IN ('essay', 'person')")
    op.drop_column("users", "is_imported")
    op.drop_column("debates", "hides_results")
