"""Search finds what an argument says back (its steelman line), below its claim and its grounds.

The column is made anew, since PostgreSQL 15 and 16 cannot change what one follows from: that rewrites the table, some
minutes for a million arguments, during which nobody reads or writes them.
"""

from alembic import op

revision = "20261128_98_2"
down_revision = "20261128_98_1"
branch_labels = None
depends_on = None

BEFORE = ("claim", "grounds_markdown")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _look_through((*BEFORE, "steelman"))
    op.execute("""
        INSERT INTO search_words (word)
        SELECT DISTINCT found.word
        FROM arguments, unnest(tsvector_to_array(to_tsvector('rejoinder_words', steelman))) AS found (word)
        WHERE steelman <> '' AND found.word ~ '^[[:alpha:]]{4,30}$'
        AND NOT EXISTS (SELECT FROM search_words known WHERE known.word = found.word)
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _look_through(BEFORE)


def _vector(column: str) -> str:
    return f"to_tsvector('rejoinder'::regconfig, translate({column}, '<>'::text, '  '::text))"


def _look_through(columns: tuple[str, ...]) -> None:
    """Keep the words of these columns, the first weighing most, and note new ones for who mistypes them."""
    vectors = [
        f"setweight({_vector(column)}, '{weight}'::\"char\")" for column, weight in zip(columns, "ABC", strict=False)
    ]
    op.execute("ALTER TABLE arguments DROP COLUMN search_vector")
    op.execute(
        f"ALTER TABLE arguments ADD COLUMN search_vector tsvector GENERATED ALWAYS AS ({' || '.join(vectors)}) STORED"
    )
    op.execute("CREATE INDEX ix_arguments_search ON arguments USING gin (search_vector)")
    given = ", ".join(f"'{column}'" for column in columns)
    op.execute(
        f"CREATE OR REPLACE TRIGGER note_search_words AFTER INSERT OR UPDATE OF {', '.join(columns)} ON arguments "
        f"FOR EACH ROW EXECUTE FUNCTION note_search_words({given})"
    )
