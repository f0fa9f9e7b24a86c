"""Decisions about debates and roles, slow modes, and proposals that a second moderator confirms."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261128_76c"
down_revision = "20261128_76b"
branch_labels = None
depends_on = None

ACTIONS = (
    "warn", "unwarn", "lock_debate", "unlock_debate", "slow", "unslow", "change_role", "change_role_back",
    "remove_debate", "restore_debate",
)  # fmt: skip


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("decisions", sa.Column("change", postgresql.JSONB(), nullable=True))
    op.add_column("decisions", sa.Column("proposer_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_decisions_proposer_id"), "decisions", "users", ["proposer_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index("ix_decisions_debate", "decisions", ["debate_id", sa.text("id DESC")])
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", added=ACTIONS)
    _change_values("debates", "state", added=("removed",))
    _change_values("decisions", "interest", added=("alone",))
    _add_slow_modes()
    _add_proposals()


def downgrade() -> None:
    """Removed debates come back locked; slow modes and proposals end."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("proposals")
    op.drop_table("slow_modes")
    op.execute("UPDATE debates SET state = 'locked' WHERE state = 'removed'")
    op.execute("UPDATE decisions SET interest = NULL WHERE interest = 'alone'")
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", removed=ACTIONS)
    _change_values("debates", "state", removed=("removed",))
    _change_values("decisions", "interest", removed=("alone",))
    op.drop_index("ix_decisions_debate", "decisions")
    for column in ("proposer_id", "change"):
        op.drop_column("decisions", column)


def _add_slow_modes() -> None:
    op.create_table(
        "slow_modes",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_slow_modes_seconds")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_slow_modes_decision_id")),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_slow_modes_debate_id")),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_slow_modes_debate_id_argument_id"),
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_slow_modes")),
    )
    op.create_index(
        "uq_slow_modes_in_force",
        "slow_modes",
        ["debate_id", sa.text("coalesce(argument_id, 0)")],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def _add_proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=True),
        sa.Column("concerned_id", sa.BigInteger(), nullable=True),
        sa.Column("proposer_id", sa.BigInteger(), nullable=True),
        sa.Column("form", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("action IN ('suspend', 'remove_debate')", name=op.f("ck_proposals_action")),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_proposals_debate_id")),
        sa.ForeignKeyConstraint(
            ["concerned_id"], ["users.id"], name=op.f("fk_proposals_concerned_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["users.id"], name=op.f("fk_proposals_proposer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_proposals_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_open", "proposals", ["id"], postgresql_where=sa.text("closed_at IS NULL"))


def _change_values(table: str, column: str, *, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> None:
    """Beside whatever values the column may have. Entries of the log stay for ever, so going back does not look at
    those that are there."""
    name = f"ck_{table}_{column}"
    definition = op.get_bind().execute(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": name}
    )
    values = dict.fromkeys([*re.findall(r"'([a-z_]+)'::", definition.scalar_one()), *added])
    listed = ", ".join(f"'{value}'" for value in values if value not in removed)
    op.drop_constraint(op.f(name), table, type_="check")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({listed})) NOT VALID")
    if added:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
