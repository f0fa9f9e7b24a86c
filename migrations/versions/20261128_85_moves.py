"""Moderators move an argument with its replies, and what they move can be put back."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_85"
down_revision = "20261128_91"
branch_labels = None
depends_on = None

BEFORE = (
    "'dismiss', 'hide', 'restore', 'lock', 'unlock', 'silence', 'unsilence', 'suspend', 'unsuspend', "
    "'discount', 'recount'"
)
RELATIONS = "('support', 'rebut', 'undercut')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _keep_places()
    _set_judgements_aside()
    _allow_actions(f"{BEFORE}, 'move', 'move_back'", is_checked=True)


def downgrade() -> None:
    """Everything stays where it stands now; judgements of links that were dissolved go."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _allow_actions(BEFORE, is_checked=False)
    op.drop_table("set_aside_bearings")
    op.drop_table("reshapings")


def _keep_places() -> None:
    arguments = ["arguments.debate_id", "arguments.id"]
    places = ("argument_id", "other_id", "from_parent_id")
    op.create_table(
        "reshapings",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=True),
        sa.Column("from_parent_id", sa.BigInteger(), nullable=True),
        sa.Column("from_relation", sa.String(32), nullable=True),
        sa.Column("from_position_id", sa.BigInteger(), nullable=True),
        sa.Column("to_relation", sa.String(32), nullable=True),
        sa.Column("to_position_id", sa.BigInteger(), nullable=True),
        *(
            sa.CheckConstraint(f"{name} IN {RELATIONS}", name=op.f(f"ck_reshapings_{name}"))
            for name in ("from_relation", "to_relation")
        ),
        *(
            sa.ForeignKeyConstraint(["debate_id", name], arguments, name=op.f(f"fk_reshapings_debate_id_{name}"))
            for name in places
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_reshapings_decision_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_reshapings")),
    )


def _set_judgements_aside() -> None:
    op.create_table(
        "set_aside_bearings",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("bears", sa.Boolean(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_set_aside_bearings_decision_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_set_aside_bearings_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("decision_id", "user_id", name=op.f("pk_set_aside_bearings")),
    )


def _allow_actions(actions: str, *, is_checked: bool) -> None:
    """Entries of the log stay for ever, so going back does not look at those that are there."""
    for table in ("decisions", "log_entries"):
        op.drop_constraint(op.f(f"ck_{table}_action"), table, type_="check")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_action CHECK (action IN ({actions})) NOT VALID")
        if is_checked:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_action")
