"""What an erasure asks the database to do, in statements of their own: counts by arithmetic, as everywhere."""

from sqlalchemy import TextClause, text

# Where pages show the person, or count something of theirs.
DEBATES = text("""
    SELECT debate_id FROM arguments WHERE author_id = :user
    UNION SELECT debate_id FROM annotations WHERE author_id = :user
    UNION SELECT debate_id FROM credits WHERE user_id = :user
    UNION SELECT debate_id FROM votes WHERE user_id = :user
    UNION SELECT debate_id FROM bearings WHERE user_id = :user
    UNION SELECT debate_id FROM stances WHERE user_id = :user
    UNION SELECT debate_id FROM essay_revisions WHERE publisher_id = :user
""")

# Whoever votes locks the argument first. Replies before the arguments that they answer, as those lock who keep
# strengths.
# Their texts, and what these and their votes are counted in; replies before what they answer.
LOCK_TEXTS = (
    text("""
        SELECT a.id FROM arguments a WHERE (a.debate_id, a.id) IN (
            SELECT debate_id, id FROM arguments WHERE author_id = :user
            UNION SELECT debate_id, parent_id FROM arguments WHERE author_id = :user
            UNION SELECT debate_id, argument_id FROM votes WHERE user_id = :user
            UNION SELECT debate_id, argument_id FROM bearings WHERE user_id = :user
            UNION SELECT debate_id, argument_id FROM credits WHERE user_id = :user
        )
        ORDER BY a.debate_id, a.id DESC FOR NO KEY UPDATE
    """),
    text("""
        SELECT a.id FROM annotations a WHERE (a.debate_id, a.id) IN (
            SELECT debate_id, id FROM annotations WHERE author_id = :user
            UNION SELECT debate_id, parent_id FROM annotations WHERE author_id = :user
        )
        ORDER BY a.debate_id, a.id DESC FOR NO KEY UPDATE
    """),
    text("SELECT id FROM credits WHERE user_id = :user ORDER BY debate_id, id DESC FOR NO KEY UPDATE"),
)

LOCK_VOTED = text("""
    SELECT a.id FROM arguments a
    WHERE EXISTS (SELECT FROM votes v WHERE v.debate_id = a.debate_id AND v.argument_id = a.id AND v.user_id = :user)
       OR EXISTS (SELECT FROM bearings v WHERE v.debate_id = a.debate_id AND v.argument_id = a.id AND v.user_id = :user)
    ORDER BY a.debate_id, a.id DESC FOR NO KEY UPDATE
""")

TAKE_OUT = (
    text("""
        WITH gone AS (
            DELETE FROM votes WHERE user_id = :user RETURNING debate_id, argument_id, value, is_counted, version
        ), noted AS (
            INSERT INTO debate_changes (debate_id, vote_step) SELECT debate_id, -count(*) FROM gone GROUP BY debate_id
        )
        UPDATE arguments SET
            agree_count = agree_count - (gone.value = 'agree')::int,
            disagree_count = disagree_count - (gone.value = 'disagree')::int,
            pass_count = pass_count - (gone.value = 'pass')::int,
            earlier_vote_count = earlier_vote_count - (gone.version < arguments.version)::int
        FROM gone WHERE gone.is_counted AND arguments.debate_id = gone.debate_id AND arguments.id = gone.argument_id
    """),
    text("""
        WITH gone AS (DELETE FROM bearings WHERE user_id = :user RETURNING debate_id, argument_id, bears, is_counted)
        UPDATE arguments SET
            bears_count = bears_count - gone.bears::int, bears_not_count = bears_not_count - (NOT gone.bears)::int
        FROM gone WHERE gone.is_counted AND arguments.debate_id = gone.debate_id AND arguments.id = gone.argument_id
    """),
    text("""
        WITH stood AS (
            SELECT debate_id, latest_position_id FROM stances WHERE user_id = :user AND withdrawn_at IS NULL
        ), undecided AS (
            UPDATE debates SET undecided_count = undecided_count - 1
            FROM stood WHERE stood.latest_position_id IS NULL AND debates.id = stood.debate_id
        )
        UPDATE positions SET stance_count = stance_count - 1
        FROM stood WHERE positions.debate_id = stood.debate_id AND positions.id = stood.latest_position_id
    """),
    text("DELETE FROM stances WHERE user_id = :user"),
)

# Discounts are about those who voted, and go on. Nobody can tell from them whose the arguments were.
KEEP_DISCOUNTS = text("""
    UPDATE vote_discounts d SET left_arguments = ARRAY(
        SELECT a.id FROM arguments a WHERE a.debate_id = d.debate_id AND a.author_id = d.author_id ORDER BY a.id
    )
    WHERE d.author_id = :user AND d.lifted_at IS NULL
""")

WITHDRAWN_NOW = {
    "arguments": text("UPDATE arguments SET withdrawn_at = now() WHERE author_id = :user AND withdrawn_at IS NULL"),
    "annotations": text("UPDATE annotations SET withdrawn_at = now() WHERE author_id = :user AND withdrawn_at IS NULL"),
    "credits": text("UPDATE credits SET withdrawn_at = now() WHERE user_id = :user AND withdrawn_at IS NULL"),
}

# What the person quoted from sources goes with the words that rested on it, and sources that nobody else cites.
FORGET_SOURCES = (
    text("""
        DELETE FROM source_citations c USING arguments a
        WHERE a.debate_id = c.debate_id AND a.id = c.argument_id AND a.author_id = :user
    """),
    text("""
        DELETE FROM sources s WHERE debate_id IN (SELECT debate_id FROM arguments WHERE author_id = :user)
        AND NOT EXISTS (SELECT FROM source_citations c WHERE c.debate_id = s.debate_id AND c.source_id = s.id)
        AND NOT EXISTS (SELECT FROM cases c WHERE c.debate_id = s.debate_id AND c.source_id = s.id)
    """),
)
# Decisions still name these.
EMPTY_SOURCES = text("""
    UPDATE sources s SET title = 'A source that was erased', address = 'erased ' || id
    WHERE debate_id IN (SELECT debate_id FROM arguments WHERE author_id = :user) AND address <> 'erased ' || id
    AND NOT EXISTS (SELECT FROM source_citations c WHERE c.debate_id = s.debate_id AND c.source_id = s.id)
    RETURNING id
""")


def _open_cases_of(items: str, author: str, item: str) -> str:
    return f"""
        SELECT c.id FROM {items} i JOIN cases c ON c.debate_id = i.debate_id AND c.{item} = i.id
        WHERE i.{author} = :user AND c.closed_at IS NULL
    """  # noqa: S608  (the tables are named below)


def _note_rewordings(*selects: str) -> TextClause:
    """In the order in which others lock several cases."""
    return text(f"""
        WITH own AS (
            SELECT id FROM cases WHERE id IN ({" UNION ALL ".join(selects)}) AND closed_at IS NULL
            ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE cases SET version = version + 1, reworded_version = version + 1 FROM own WHERE cases.id = own.id
    """)  # noqa: S608  (the tables are named below)


# As app/open_cases.py does for one: whoever is about to decide has read words that are gone.
_OF_MARKS = _open_cases_of("review_marks", "marker_id", "mark_id")
NOTE_EMPTIED_MARKS = _note_rewordings(_OF_MARKS)
NOTE_ERASED_WORDS = _note_rewordings(
    _open_cases_of("arguments", "author_id", "argument_id"),
    _open_cases_of("annotations", "author_id", "annotation_id"),
    _open_cases_of("credits", "user_id", "credit_id"),
    "SELECT id FROM cases WHERE source_id = ANY (CAST(:sources AS bigint[]))",
    _OF_MARKS,
)

# The words that help those who mistype a search: a rare one could be a name.
OWN_WORDS = text("""
    SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('rejoinder_words', wording.text))) FROM (
        SELECT concat_ws(' ', r.claim, r.grounds_markdown, r.steelman) AS text FROM argument_revisions r
        JOIN arguments a ON a.debate_id = r.debate_id AND a.id = r.argument_id WHERE a.author_id = :user
        UNION ALL
        SELECT r.body_markdown FROM annotation_revisions r
        JOIN annotations a ON a.debate_id = r.debate_id AND a.id = r.annotation_id WHERE a.author_id = :user
    ) AS wording
""")
FORGET_WORDS = text("""
    DELETE FROM search_words WHERE word = ANY (CAST(:words AS text[]))
    AND NOT EXISTS (SELECT FROM arguments WHERE search_vector @@ plainto_tsquery('rejoinder', word))
    AND NOT EXISTS (SELECT FROM annotations WHERE search_vector @@ plainto_tsquery('rejoinder', word))
    AND NOT EXISTS (SELECT FROM essay_revisions WHERE search_vector @@ plainto_tsquery('rejoinder', word))
    AND NOT EXISTS (
        SELECT FROM debates WHERE to_tsvector('rejoinder', concat_ws(' ', motion, title))
            @@ plainto_tsquery('rejoinder', word)
    )
""")

# Nobody is left to decide about.
CLOSE_CASES = text("""
    UPDATE cases SET closed_at = now(), version = version + 1 WHERE person_id = :user AND closed_at IS NULL
""")

# Of nobody: there would be nothing to read, and nobody to answer. What was answered stays, and counts, without words.
WITHDRAW_APPEALS = text("DELETE FROM appeals WHERE appellant_id = :user AND answered_at IS NULL")
