"""The statements of votes: each is the vote and all that counts it, by SQL arithmetic.

Whoever runs one holds the argument's row lock, so `old` is the vote that it replaces even when somebody sends two at
once. A count steps by what counts now less what counted before.
"""

from sqlalchemy import TextClause, text

_MINE = "debate_id = :debate AND user_id = :user AND argument_id = :argument"
# Somebody whose votes for an author are discounted may vote, to no effect.
_IS_COUNTED = """
:counts AND NOT EXISTS (
    SELECT FROM vote_discounts WHERE debate_id = :debate AND voter_id = :user AND lifted_at IS NULL
    AND author_id = (SELECT author_id FROM arguments WHERE debate_id = :debate AND id = :argument)
)"""
_VOTE = """
WITH old AS (
    SELECT value, is_counted FROM votes WHERE {mine}
), new AS ({change} RETURNING is_counted), counting AS (
    SELECT (SELECT is_counted FROM new) AS now, (SELECT value FROM old WHERE is_counted) AS before
), counted AS (
    UPDATE arguments SET
        agree_count = agree_count + (:value = 'agree' AND now)::int - (before IS NOT DISTINCT FROM 'agree')::int,
        disagree_count = disagree_count + (:value = 'disagree' AND now)::int
            - (before IS NOT DISTINCT FROM 'disagree')::int,
        pass_count = pass_count + (:value = 'pass' AND now)::int - (before IS NOT DISTINCT FROM 'pass')::int
    FROM counting WHERE debate_id = :debate AND id = :argument
    RETURNING agree_count, disagree_count, pass_count, bears_count, bears_not_count
), told AS (
    INSERT INTO debate_changes (debate_id, vote_step)
    SELECT :debate, (:value <> '')::int - (SELECT count(*) FROM old)
)
SELECT counted.*, nullif(:value, ''), (SELECT CASE WHEN bears THEN 'yes' ELSE 'no' END FROM bearings WHERE {mine}),
       (SELECT is_counted FROM new WHERE :value <> '')
FROM counted
"""
_SET_VOTE = """
INSERT INTO votes (debate_id, user_id, argument_id, value, is_counted)
SELECT :debate, :user, :argument, :value, {is_counted}
ON CONFLICT (debate_id, user_id, argument_id)
DO UPDATE SET value = excluded.value, is_counted = excluded.is_counted, changed_at = now()
"""
# The same for the link of a reply to its parent.
_JUDGEMENT = """
WITH old AS (
    SELECT bears, is_counted FROM bearings WHERE {mine}
), new AS ({change} RETURNING is_counted), counting AS (
    SELECT (SELECT is_counted FROM new) AS now, (SELECT bears FROM old WHERE is_counted) AS before
), counted AS (
    UPDATE arguments SET
        bears_count = bears_count + (:bears = 'yes' AND now)::int - (before IS TRUE)::int,
        bears_not_count = bears_not_count + (:bears = 'no' AND now)::int - (before IS FALSE)::int
    FROM counting WHERE debate_id = :debate AND id = :argument
    RETURNING agree_count, disagree_count, pass_count, bears_count, bears_not_count
), told AS (
    INSERT INTO debate_changes (debate_id) VALUES (:debate)
)
SELECT counted.*, (SELECT value FROM votes WHERE {mine}), nullif(:bears, ''),
       (SELECT is_counted FROM new WHERE :bears <> '')
FROM counted
"""
_SET_JUDGEMENT = """
INSERT INTO bearings (debate_id, user_id, argument_id, bears, is_counted)
SELECT :debate, :user, :argument, :bears = 'yes', {is_counted}
ON CONFLICT (debate_id, user_id, argument_id)
DO UPDATE SET bears = excluded.bears, is_counted = excluded.is_counted, changed_at = now()
"""


def _statement(whole: str, change: str) -> TextClause:
    return text(whole.format(change=change.format(mine=_MINE, is_counted=_IS_COUNTED), mine=_MINE))


CAST = _statement(_VOTE, _SET_VOTE)
TAKE_BACK = _statement(_VOTE, "DELETE FROM votes WHERE {mine}")
JUDGE = _statement(_JUDGEMENT, _SET_JUDGEMENT)
TAKE_JUDGEMENT_BACK = _statement(_JUDGEMENT, "DELETE FROM bearings WHERE {mine}")
