"""Sources and people can be flagged; a source says who added it and whether it is hidden; decisions name a law."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_88"
down_revision = "20261128_87"
branch_labels = None
depends_on = None

ITEM_TABLES = ("flags", "cases", "decisions")
BEFORE = "num_nonnulls(argument_id, annotation_id, credit_id) = 1"
ONE_ITEM = "num_nonnulls(argument_id, annotation_id, credit_id, source_id) = num_nonnulls(debate_id)"
SITEWIDE = "person_id IS NULL OR debate_id IS NULL"
INDEXES = {
    "flags": (
        ("uq_flags_one_a_person_and_source", ["reporter_id", "debate_id", "source_id"], "withdrawn_at", "source_id"),
        ("uq_flags_one_a_person_and_person", ["reporter_id", "person_id"], "withdrawn_at", "person_id"),
    ),
    "cases": (
        ("uq_cases_one_open_a_source", ["debate_id", "source_id"], "closed_at", "source_id"),
        ("uq_cases_one_open_a_person", ["person_id"], "closed_at", "person_id"),
    ),
}
ACTIONS = ("rename", "unrename")
REASONS = ("name",)
RULES = ("civil", "on_topic", "honest", "privacy", "no_spam", "law")
# Cases about people belong to no debate, so they are counted in none.
BY_DEBATE = "GROUP BY debate_id HAVING"
COUNTED = (BY_DEBATE, f"WHERE debate_id IS NOT NULL {BY_DEBATE}")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _change_sources()
    for table in ITEM_TABLES:
        op.add_column(table, sa.Column("source_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_debate_id_source_id"), table, "sources", ["debate_id", "source_id"], ["debate_id", "id"]
        )
    for table, indexes in INDEXES.items():
        _name_people(table)
        _require_one_item(table, ONE_ITEM)
        op.create_check_constraint(op.f(f"ck_{table}_people_are_sitewide"), table, SITEWIDE)
        for name, columns, ended, column in indexes:
            where = sa.text(f"{ended} IS NULL AND {column} IS NOT NULL")
            op.create_index(name, table, columns, unique=True, postgresql_where=where)
    _count_by(*COUNTED)
    op.add_column("decisions", sa.Column("law", sa.Text(), nullable=True))
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", added=ACTIONS)
    _change_values("flags", "reason", added=REASONS)
    op.create_table(
        "withheld_names",
        sa.Column("decision_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stand_in", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_withheld_names_decision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_withheld_names_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_withheld_names")),
    )
    op.create_index(op.f("ix_withheld_names_user_id"), "withheld_names", ["user_id"])


def downgrade() -> None:
    """Flags, cases and decisions about sources and cases of people go, and so do hidings of sources; decisions about
    people that came from a case stay without it, and the log keeps its entries."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("""
        UPDATE users SET display_name = withheld_names.name FROM withheld_names
        WHERE users.id = user_id AND lifted_at IS NULL AND display_name = stand_in
    """)
    op.drop_table("withheld_names")
    for name in ("edit_asked_id", "removed_under", "hidden_by_id"):
        op.drop_column("sources", name)
    op.drop_column("sources", "added_by_id")
    _forget_decisions()
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", removed=ACTIONS)
    op.execute("UPDATE flags SET reason = 'other' WHERE reason = 'name'")
    _change_values("flags", "reason", removed=REASONS)
    op.drop_column("decisions", "law")
    _count_by(*reversed(COUNTED))
    for table in INDEXES:
        op.drop_column(table, "person_id")
        _require_one_item(table, BEFORE)
        op.alter_column(table, "debate_id", nullable=False)
    for table in ITEM_TABLES:
        op.drop_column(table, "source_id")


def _change_sources() -> None:
    """Whoever wrote the first argument that cited a source added it."""
    for name in ("added_by_id", "hidden_by_id", "edit_asked_id"):
        op.add_column("sources", sa.Column(name, sa.BigInteger(), nullable=True))
    listed = ", ".join(f"'{rule}'" for rule in RULES)
    op.add_column("sources", sa.Column("removed_under", sa.String(32), nullable=True))
    op.create_check_constraint(op.f("ck_sources_removed_under"), "sources", f"removed_under IN ({listed})")
    is_hidden = "removed_under IS NULL OR hidden_by_id IS NOT NULL"
    op.create_check_constraint(op.f("ck_sources_removed_is_hidden"), "sources", is_hidden)
    op.create_foreign_key(
        op.f("fk_sources_added_by_id"), "sources", "users", ["added_by_id"], ["id"], ondelete="SET NULL"
    )
    for name in ("hidden_by_id", "edit_asked_id"):
        op.create_foreign_key(op.f(f"fk_sources_{name}"), "sources", "decisions", [name], ["id"])
    op.create_index("ix_sources_added_by", "sources", ["added_by_id"])
    op.execute("""
        UPDATE sources SET added_by_id = author_id FROM (
            SELECT DISTINCT ON (c.debate_id, c.source_id) c.debate_id, c.source_id, a.author_id
            FROM source_citations c JOIN arguments a ON a.debate_id = c.debate_id AND a.id = c.argument_id
            ORDER BY c.debate_id, c.source_id, c.id
        ) AS first WHERE first.debate_id = sources.debate_id AND first.source_id = sources.id
    """)


def _name_people(table: str) -> None:
    op.alter_column(table, "debate_id", nullable=True)
    op.add_column(table, sa.Column("person_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f(f"fk_{table}_person_id"), table, "users", ["person_id"], ["id"], ondelete="SET NULL")
    where = sa.text("person_id IS NOT NULL")
    op.create_index(f"ix_{table}_person", table, ["person_id"], postgresql_where=where)


def _require_one_item(table: str, rule: str) -> None:
    name = op.f(f"ck_{table}_one_item")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, rule)


def _count_by(before: str, after: str) -> None:
    for event in ("insert", "update", "delete"):
        name = f"count_open_cases_on_{event}()"
        found = op.get_bind().execute(sa.text(f"SELECT pg_get_functiondef('{name}'::regprocedure)"))
        op.get_bind().exec_driver_sql(str(found.scalar_one()).replace(before, after).replace("%", "%%"))


def _forget_decisions() -> None:
    op.execute("UPDATE decisions SET case_id = NULL WHERE case_id IN (SELECT id FROM cases WHERE debate_id IS NULL)")
    op.execute("""
        CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
        SELECT id FROM decisions WHERE source_id IS NOT NULL OR action IN ('rename', 'unrename')
    """)
    op.execute("""
        UPDATE users SET unread_count = unread_count - told.unread
        FROM (
            SELECT user_id, count(*) AS unread FROM notifications
            WHERE read_at IS NULL AND decision_id IN (SELECT id FROM gone) GROUP BY user_id
        ) AS told
        WHERE users.id = told.user_id
    """)
    op.execute("DELETE FROM notifications WHERE decision_id IN (SELECT id FROM gone)")
    op.execute("DELETE FROM appeals WHERE decision_id IN (SELECT id FROM gone) OR answer_id IN (SELECT id FROM gone)")
    op.execute("UPDATE decisions SET reverses_id = NULL WHERE reverses_id IN (SELECT id FROM gone)")
    op.execute("DELETE FROM decisions WHERE id IN (SELECT id FROM gone)")
    op.execute("DELETE FROM flags WHERE source_id IS NOT NULL OR debate_id IS NULL")
    op.execute("""
        DELETE FROM case_notes WHERE case_id IN (SELECT id FROM cases WHERE source_id IS NOT NULL OR debate_id IS NULL)
    """)
    op.execute("DELETE FROM cases WHERE source_id IS NOT NULL OR debate_id IS NULL")
    op.execute("DROP TABLE gone")


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
