"""The statements of votes: each is a number of votes and all that counts them, by SQL arithmetic.

Whoever runs one holds the locks of the arguments' rows (LOCK), so `old` is what the ballots replace even when somebody
sends two at once. A count steps by what counts now less what counted before. No word takes a vote back. A ballot says
which version of the argument its voter has seen, of which there may be a newer one by now.
"""

from sqlalchemy import TextClause, text

# Replies before the arguments that they answer, as all lock who write several: settling strengths, counting what has
# waited, discounting. In any other order two of them could wait for one another.
LOCK = text("""
SELECT id FROM arguments
WHERE (debate_id, id) IN (SELECT * FROM unnest(CAST(:debates AS bigint[]), CAST(:arguments AS bigint[])))
ORDER BY debate_id, depth DESC, id DESC FOR NO KEY UPDATE
""")
# Somebody whose votes for an author are discounted may vote, to no effect.
_MARK = """
WITH ballots AS (
    SELECT * FROM unnest(
        CAST(:users AS bigint[]), CAST(:debates AS bigint[]), CAST(:arguments AS bigint[]), CAST(:words AS text[]),
        CAST(:counts AS boolean[]), CAST(:seen AS bigint[])
    ) AS ballot (user_id, debate_id, argument_id, word, counts, seen)
    LEFT JOIN (SELECT debate_id, id AS argument_id, author_id, version AS newest FROM arguments) AS argument
    USING (debate_id, argument_id)
), old AS (
    SELECT user_id, debate_id, argument_id, {word_of_stored} AS word_before, is_counted, version AS version_before
    FROM {table} JOIN ballots USING (user_id, debate_id, argument_id)
), gone AS (
    DELETE FROM {table} held USING ballots
    WHERE word = '' AND held.user_id = ballots.user_id AND held.debate_id = ballots.debate_id
    AND held.argument_id = ballots.argument_id
), new AS (
    INSERT INTO {table} (user_id, debate_id, argument_id, {column}, is_counted, version)
    SELECT user_id, debate_id, argument_id, {stored_of_word}, counts AND NOT EXISTS (
        SELECT FROM vote_discounts d
        WHERE d.debate_id = ballots.debate_id AND d.voter_id = ballots.user_id AND d.lifted_at IS NULL
        AND (d.author_id = ballots.author_id OR ballots.argument_id = ANY(d.left_arguments))
    ), least(seen, newest)
    FROM ballots WHERE word <> ''
    ON CONFLICT (debate_id, user_id, argument_id) DO UPDATE
    SET {column} = excluded.{column}, is_counted = excluded.is_counted, version = excluded.version, changed_at = now()
    RETURNING user_id, debate_id, argument_id, is_counted, version
), marked AS (
    SELECT user_id, debate_id, argument_id, word, new.is_counted, newest, new.version,
           coalesce(new.is_counted AND new.version < newest, false)::int
           - coalesce(old.is_counted AND version_before < newest, false)::int AS earlier,
           (word <> '')::int - (word_before IS NOT NULL)::int AS step,
           CASE WHEN new.is_counted THEN word ELSE '' END AS now,
           CASE WHEN old.is_counted THEN word_before ELSE '' END AS before
    FROM ballots LEFT JOIN old USING (user_id, debate_id, argument_id)
    LEFT JOIN new USING (user_id, debate_id, argument_id)
), told AS (
    INSERT INTO debate_changes (debate_id, vote_step) SELECT debate_id, {vote_step} FROM marked GROUP BY debate_id
), steps AS (
    SELECT debate_id, argument_id AS id, {steps} FROM marked GROUP BY debate_id, argument_id
), counted AS (
    UPDATE arguments SET {counts}
    FROM steps WHERE arguments.debate_id = steps.debate_id AND arguments.id = steps.id
    RETURNING arguments.id AS argument_id, agree_count, disagree_count, pass_count, bears_count, bears_not_count
)
SELECT user_id, argument_id, agree_count, disagree_count, pass_count, bears_count, bears_not_count, {own},
       marked.is_counted, newest, least(marked.version, other.version)
FROM marked JOIN counted USING (argument_id) LEFT JOIN {other} AS other USING (debate_id, user_id, argument_id)
"""
_YES_OR_NO = "CASE WHEN bears THEN 'yes' WHEN NOT bears THEN 'no' END"


def _statement(counts: dict[str, str], earlier: str, **parts: str) -> TextClause:
    """`counts`: the column of the argument by the word that it counts; `earlier`: what sets the count of those on an
    earlier version, if there is one."""
    steps = [f"sum((now = '{word}')::int - (before = '{word}')::int) AS {word}" for word in counts]
    sets = [f"{column} = {column} + {word}" for word, column in counts.items()] + ([earlier] if earlier else [])
    steps.append("sum(earlier) AS earlier")
    return text(_MARK.format(steps=", ".join(steps), counts=", ".join(sets), **parts))


VOTES = _statement(
    {"agree": "agree_count", "disagree": "disagree_count", "pass": "pass_count"},
    "earlier_vote_count = earlier_vote_count + earlier",
    table="votes", column="value", stored_of_word="word", word_of_stored="value", vote_step="sum(step)",
    own=f"nullif(word, ''), {_YES_OR_NO}", other="bearings",
)  # fmt: skip
# The same for the link of a reply to its parent.
JUDGEMENTS = _statement(
    {"yes": "bears_count", "no": "bears_not_count"}, "",
    table="bearings", column="bears", stored_of_word="word = 'yes'", word_of_stored=_YES_OR_NO, vote_step="0",
    own="value, nullif(word, '')", other="votes",
)  # fmt: skip
