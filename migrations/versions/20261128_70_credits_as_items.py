"""Credits have numbers and a history of their wording, outlive accounts, and can be flagged and hidden."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_70"
down_revision = "20261128_63"
branch_labels = None
depends_on = None

UNIQUE = "uq_credits_debate_id_user_id_argument_id"
ITEM_TABLES = ("flags", "cases", "decisions")
INDEXES = {
    "flags": ("uq_flags_one_a_person_and_credit", ["reporter_id", "debate_id", "credit_id"], "withdrawn_at"),
    "cases": ("uq_cases_one_open_a_credit", ["debate_id", "credit_id"], "closed_at"),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _give_numbers()
    _keep_wordings()
    for table in ITEM_TABLES:
        op.add_column(table, sa.Column("credit_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_debate_id_credit_id"), table, "credits", ["debate_id", "credit_id"], ["debate_id", "id"]
        )
    for table, (name, columns, ended) in INDEXES.items():
        _require_one_item(table, "argument_id, annotation_id, credit_id")
        where = sa.text(f"{ended} IS NULL AND credit_id IS NOT NULL")
        op.create_index(name, table, columns, unique=True, postgresql_where=where)


def downgrade() -> None:
    """Flags, cases and decisions about credits go, with what people were told of them; the log keeps its entries."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _forget_decisions()
    op.execute("DELETE FROM flags WHERE credit_id IS NOT NULL")
    op.execute("DELETE FROM cases WHERE credit_id IS NOT NULL")
    for table in INDEXES:
        _require_one_item(table, "argument_id, annotation_id")
    for table in ITEM_TABLES:
        op.drop_column(table, "credit_id")
    op.drop_table("credit_revisions")
    _forget_former_members()
    _rule_of_accounts("CASCADE")
    op.drop_constraint("pk_credits", "credits", type_="primary")
    op.drop_constraint(UNIQUE, "credits", type_="unique")
    op.create_primary_key("pk_credits", "credits", ["debate_id", "user_id", "argument_id"])
    for name in ("id", "edited_at"):
        op.drop_column("credits", name)


def _give_numbers() -> None:
    op.add_column("credits", sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False))
    op.add_column("credits", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("credits", sa.Column("hidden_by_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_credits_hidden_by_id"), "credits", "decisions", ["hidden_by_id"], ["id"])
    op.create_unique_constraint(UNIQUE, "credits", ["debate_id", "user_id", "argument_id"])
    op.drop_constraint("pk_credits", "credits", type_="primary")
    op.create_primary_key("pk_credits", "credits", ["debate_id", "id"])
    op.alter_column("credits", "user_id", nullable=True)
    _rule_of_accounts("SET NULL")


def _keep_wordings() -> None:
    op.create_table(
        "credit_revisions",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("editor_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["debate_id", "credit_id"],
            ["credits.debate_id", "credits.id"],
            name=op.f("fk_credit_revisions_debate_id_credit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["users.id"], name=op.f("fk_credit_revisions_editor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("debate_id", "credit_id", "number", name=op.f("pk_credit_revisions")),
    )
    op.execute("""
        INSERT INTO credit_revisions (debate_id, credit_id, number, reason, editor_id, created_at)
        SELECT debate_id, id, 1, reason, user_id, created_at FROM credits
    """)


def _rule_of_accounts(rule: str) -> None:
    """What becomes of a credit whose author's account is deleted."""
    name = op.f("fk_credits_user_id")
    op.drop_constraint(name, "credits", type_="foreignkey")
    op.create_foreign_key(name, "credits", "users", ["user_id"], ["id"], ondelete=rule)


def _require_one_item(table: str, columns: str) -> None:
    name = op.f(f"ck_{table}_one_item")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"num_nonnulls({columns}) = 1")


def _forget_former_members() -> None:
    """Their credits are counted no longer either."""
    op.execute("""
        UPDATE arguments SET credit_count = credit_count - gone.count
        FROM (
            SELECT debate_id, argument_id, count(*) FROM credits
            WHERE user_id IS NULL AND withdrawn_at IS NULL GROUP BY debate_id, argument_id
        ) AS gone
        WHERE arguments.debate_id = gone.debate_id AND arguments.id = gone.argument_id
    """)
    op.execute("DELETE FROM credits WHERE user_id IS NULL")


def _forget_decisions() -> None:
    """Hidden credits are shown again, and counted unless they were withdrawn."""
    op.execute("""
        UPDATE arguments SET credit_count = credit_count + back.count
        FROM (
            SELECT debate_id, argument_id, count(*) FROM credits
            WHERE hidden_by_id IS NOT NULL AND withdrawn_at IS NULL GROUP BY debate_id, argument_id
        ) AS back
        WHERE arguments.debate_id = back.debate_id AND arguments.id = back.argument_id
    """)
    op.drop_column("credits", "hidden_by_id")
    op.execute("""
        UPDATE users SET unread_count = unread_count - told.unread
        FROM (
            SELECT user_id, count(*) AS unread FROM notifications
            WHERE read_at IS NULL AND decision_id IN (SELECT id FROM decisions WHERE credit_id IS NOT NULL)
            GROUP BY user_id
        ) AS told
        WHERE users.id = told.user_id
    """)
    op.execute("""
        DELETE FROM notifications WHERE decision_id IN (SELECT id FROM decisions WHERE credit_id IS NOT NULL)
    """)
    op.execute("DELETE FROM decisions WHERE credit_id IS NOT NULL")
