"""Known cases that moderators practise on, and what they answered."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_89"
down_revision = "20261128_79"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
RULES = "('civil', 'on_topic', 'honest', 'privacy', 'no_spam', 'law')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _add_known_cases()
    _add_answers()


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("practice_answers")
    op.drop_table("known_cases")


def _add_known_cases() -> None:
    op.create_table(
        "known_cases",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_known_cases_debate_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_known_cases_case_id")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["users.id"], name=op.f("fk_known_cases_added_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_cases")),
        sa.UniqueConstraint("case_id", name=op.f("uq_known_cases_case_id")),
    )
    op.create_index(op.f("ix_known_cases_debate_id"), "known_cases", ["debate_id"])


def _add_answers() -> None:
    name = "practice_answers"
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("case_key", sa.Text(), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("house_rule", sa.String(32), nullable=True),
        sa.Column("settled_action", sa.String(32), nullable=False),
        sa.Column("settled_rule", sa.String(32), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("action IN ('leave', 'hide')", name=op.f(f"ck_{name}_action")),
        sa.CheckConstraint("settled_action IN ('leave', 'hide')", name=op.f(f"ck_{name}_settled_action")),
        sa.CheckConstraint(f"house_rule IN {RULES}", name=op.f(f"ck_{name}_house_rule")),
        sa.CheckConstraint(f"settled_rule IN {RULES}", name=op.f(f"ck_{name}_settled_rule")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{name}_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("user_id", "idempotency_key", name=op.f(f"uq_{name}_user_id_idempotency_key")),
    )
    op.create_index(f"ix_{name}_latest", name, ["user_id", "case_key", sa.text("answered_at DESC")])
