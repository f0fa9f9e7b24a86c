"""A quality mark is an item of its own: flagged, in a case of its debate, taken away by a decision."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_a9_1"
down_revision = "20261128_a8_1"
branch_labels = None
depends_on = None

TABLES = ("flags", "cases", "decisions")
OF_FLAGS = "fk_flags_mark_debate_id_mark_id"
OF_CASE, OF_MARK = "uq_flags_one_a_person_and_case", "uq_flags_one_a_person_and_mark"
STANDS = "withdrawn_at IS NULL"
SLOT, SLOT_BEFORE = "uq_review_marks_slot_of_an_argument", "uq_review_marks_two_open_an_argument"
RULES = ("civil", "on_topic", "honest", "privacy", "no_spam", "law")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _add_states()
    for table in TABLES[1:]:
        op.add_column(table, sa.Column("mark_id", sa.BigInteger(), nullable=True))
    op.drop_index(OF_MARK, "flags")
    op.drop_index(OF_CASE, "flags")
    op.drop_constraint(op.f(OF_FLAGS), "flags", type_="foreignkey")
    for table in TABLES[:2]:
        op.drop_constraint(op.f(f"ck_{table}_one_item"), table, type_="check")
    for statement in _TO_OWN_CASES:
        op.execute(statement)
    for name in ("mark_words", "mark_debate_id"):
        op.drop_column("flags", name)
    for table in TABLES:
        name = op.f(f"fk_{table}_debate_id_mark_id")
        op.create_foreign_key(name, table, "review_marks", ["debate_id", "mark_id"], ["debate_id", "id"])
    _require_one_item("argument_id, annotation_id, credit_id, source_id, mark_id")
    _index_flags_of_cases(STANDS)
    op.create_index(
        "uq_cases_one_open_a_mark", "cases", ["debate_id", "mark_id"],
        unique=True, postgresql_where=sa.text("closed_at IS NULL AND mark_id IS NOT NULL"),
    )  # fmt: skip
    _hold_in_queue_indexes("source_id)", "source_id, mark_id)")


def downgrade() -> None:
    """Decisions about marks, with their cases and flags, go; the log keeps its entries. What they hid stays ended."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for statement in _FORGET:
        op.execute(statement)
    _hold_in_queue_indexes("source_id, mark_id)", "source_id)")
    op.drop_index("uq_cases_one_open_a_mark", "cases")
    for table in TABLES[:2]:
        op.drop_constraint(op.f(f"ck_{table}_one_item"), table, type_="check")
    for table in TABLES:
        op.drop_constraint(op.f(f"fk_{table}_debate_id_mark_id"), table, type_="foreignkey")
    for table in TABLES[1:]:
        op.drop_column(table, "mark_id")
    _require_one_item("argument_id, annotation_id, credit_id, source_id")
    op.add_column("flags", sa.Column("mark_debate_id", sa.BigInteger(), nullable=True))
    op.add_column("flags", sa.Column("mark_words", sa.Text(), server_default="", nullable=False))
    op.create_foreign_key(op.f(OF_FLAGS), "flags", "review_marks", ["mark_debate_id", "mark_id"], ["debate_id", "id"])
    op.drop_index(OF_CASE, "flags")
    _index_flags_of_cases(f"{STANDS} AND mark_id IS NULL")
    op.create_index(
        OF_MARK, "flags", ["reporter_id", "case_id", "mark_id"],
        unique=True, postgresql_where=sa.text(f"{STANDS} AND mark_id IS NOT NULL"),
    )  # fmt: skip
    _drop_states()


def _add_states() -> None:
    listed = ", ".join(f"'{rule}'" for rule in RULES)
    for name in ("hidden_by_id", "edit_asked_id"):
        op.add_column("review_marks", sa.Column(name, sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_review_marks_{name}"), "review_marks", "decisions", [name], ["id"])
    op.add_column("review_marks", sa.Column("removed_under", sa.String(32), nullable=True))
    op.create_check_constraint(op.f("ck_review_marks_removed_under"), "review_marks", f"removed_under IN ({listed})")
    is_hidden = "removed_under IS NULL OR hidden_by_id IS NOT NULL"
    op.create_check_constraint(op.f("ck_review_marks_removed_is_hidden"), "review_marks", is_hidden)
    op.drop_constraint(op.f("ck_review_marks_slot"), "review_marks", type_="check")
    op.create_check_constraint(op.f("ck_review_marks_slot"), "review_marks", "slot > 0")
    op.execute(f"ALTER INDEX {SLOT_BEFORE} RENAME TO {SLOT}")


def _drop_states() -> None:
    op.execute(f"ALTER INDEX {SLOT} RENAME TO {SLOT_BEFORE}")
    op.drop_constraint(op.f("ck_review_marks_slot"), "review_marks", type_="check")
    op.create_check_constraint(op.f("ck_review_marks_slot"), "review_marks", "slot BETWEEN 1 AND 2")
    for name in ("removed_under", "edit_asked_id", "hidden_by_id"):
        op.drop_column("review_marks", name)


def _require_one_item(columns: str) -> None:
    for table in TABLES[:2]:
        rule = f"num_nonnulls({columns}) = num_nonnulls(debate_id)"
        op.create_check_constraint(op.f(f"ck_{table}_one_item"), table, rule)


def _index_flags_of_cases(where: str) -> None:
    op.create_index(OF_CASE, "flags", ["reporter_id", "case_id"], unique=True, postgresql_where=sa.text(where))


def _hold_in_queue_indexes(before: str, after: str) -> None:
    """Those that hold all that the queue's filters ask for."""
    holding = sa.text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'cases' AND indexdef LIKE :held")
    found = op.get_bind().execute(holding, {"held": "%INCLUDE (%"}).all()
    for name, definition in found:
        held = re.search(r"INCLUDE \(([^)]*)\)", definition)
        if held is not None and f"{held[1]})".endswith(before):
            op.drop_index(name, "cases")
            op.get_bind().exec_driver_sql(definition.replace(held[0], f"INCLUDE ({held[1]})".replace(before, after)))


# What waits gets a case of its own. What was decided stays with the person's case, its words behind those of the flag.
_TO_OWN_CASES = (
    """
    INSERT INTO cases (debate_id, mark_id, flag_count, score, reasons, version, opened_at)
    SELECT f.mark_debate_id, f.mark_id, count(*), sum(f.weight), array_agg(DISTINCT f.reason ORDER BY f.reason), 1,
        min(f.created_at)
    FROM flags f JOIN cases c ON c.id = f.case_id
    WHERE f.mark_id IS NOT NULL AND f.withdrawn_at IS NULL AND c.closed_at IS NULL
    GROUP BY f.mark_debate_id, f.mark_id
    """,
    """
    UPDATE flags SET case_id = own.id, debate_id = own.debate_id, person_id = NULL
    FROM cases own, cases c
    WHERE own.mark_id = flags.mark_id AND own.debate_id = flags.mark_debate_id
        AND c.id = flags.case_id AND c.closed_at IS NULL
    """,
    """
    UPDATE flags SET withdrawn_at = now() FROM flags other
    WHERE flags.person_id IS NOT NULL AND flags.mark_id IS NOT NULL AND flags.withdrawn_at IS NULL
        AND other.case_id = flags.case_id AND other.reporter_id = flags.reporter_id AND other.withdrawn_at IS NULL
        AND (other.mark_id IS NULL OR other.id > flags.id)
    """,
    """
    UPDATE flags SET words = concat_ws(E'\\n', nullif(words, ''), nullif(mark_words, '')), mark_id = NULL
    WHERE mark_id IS NOT NULL AND debate_id IS NULL
    """,
    """
    UPDATE cases SET flag_count = left_.flags, score = left_.score, reasons = left_.reasons, version = version + 1,
        closed_at = CASE WHEN cases.closed_at IS NULL AND left_.flags = 0 THEN now() ELSE cases.closed_at END
    FROM (
        SELECT c.id, count(f.id) AS flags, coalesce(sum(f.weight), 0) AS score,
            coalesce(array_agg(DISTINCT f.reason ORDER BY f.reason) FILTER (WHERE f.id IS NOT NULL), '{}') AS reasons
        FROM cases c LEFT JOIN flags f ON f.case_id = c.id AND f.withdrawn_at IS NULL
        WHERE c.debate_id IS NULL GROUP BY c.id
    ) AS left_
    WHERE cases.id = left_.id AND cases.flag_count <> left_.flags
    """,
)
_FORGET = (
    """
    UPDATE review_marks SET resolved_at = now(), resolution = 'moderator'
    WHERE resolved_at IS NULL AND (hidden_by_id IS NOT NULL OR slot > 2)
    """,
    "UPDATE review_marks SET hidden_by_id = NULL, removed_under = NULL, slot = least(slot, 2)",
    "CREATE TEMPORARY TABLE gone ON COMMIT DROP AS SELECT id FROM decisions WHERE mark_id IS NOT NULL",
    """
    UPDATE users SET unread_count = unread_count - told.unread FROM (
        SELECT user_id, count(*) AS unread FROM notifications
        WHERE read_at IS NULL AND decision_id IN (SELECT id FROM gone) GROUP BY user_id
    ) AS told
    WHERE users.id = told.user_id
    """,
    "DELETE FROM notifications WHERE decision_id IN (SELECT id FROM gone)",
    "DELETE FROM appeals WHERE decision_id IN (SELECT id FROM gone) OR answer_id IN (SELECT id FROM gone)",
    "DELETE FROM decisions WHERE id IN (SELECT id FROM gone)",
    "DELETE FROM flags WHERE mark_id IS NOT NULL",
    "DELETE FROM case_notes WHERE case_id IN (SELECT id FROM cases WHERE mark_id IS NOT NULL)",
    "DELETE FROM cases WHERE mark_id IS NOT NULL",
    "DROP TABLE gone",
)
