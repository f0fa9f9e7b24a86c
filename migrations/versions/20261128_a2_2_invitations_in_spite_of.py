"""An invitation says if it was sent in spite of its sender's having argued, as nobody else could."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_a2_2"
down_revision = "20261128_a2_1"
branch_labels = None
depends_on = None

TABLE, CHECK = "moderator_invitations", "ck_moderator_invitations_interest"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(TABLE, sa.Column("interest", sa.String(32), nullable=True))
    op.execute(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {CHECK} CHECK (interest IN ('own', 'argued', 'acted', 'alone')) NOT VALID"
    )
    op.execute(f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT {CHECK}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f(CHECK), TABLE, type_="check")
    op.drop_column(TABLE, "interest")
