"""Reports of marks stood in the cases of people before marks had cases of their own; they are moved there, and back."""

import psycopg
from sqlalchemy.engine import make_url

from app import schema

BEFORE = "20261128_a8_1"
# Two people with a mark each and a case each, the second decided; one reader has reported both people and both marks.
SCENE = (
    """
    INSERT INTO users (username, display_name, password_hash)
    VALUES ('a', 'A', 'x'), ('b', 'B', 'x'), ('c', 'C', 'x')
    """,
    "INSERT INTO debates (slug, title, motion, summary_markdown, summary_html) VALUES ('mill', 'T', 'M', '', '')",
    """
    INSERT INTO positions (debate_id, number, key, name, summary_markdown, summary_html)
    SELECT id, 1, 'yes', 'Yes', '', '' FROM debates
    """,
    """
    INSERT INTO arguments (debate_id, claim, grounds_markdown, grounds_html, origin, depth, position_id)
    SELECT debate_id, 'It should.', '', '', 'person', 0, id FROM positions
    """,
    """
    INSERT INTO review_marks (debate_id, argument_id, marker_id, kind, words, slot)
    SELECT a.debate_id, a.id, u.id, 'unclear', 'Words of ' || u.display_name, u.id
    FROM arguments a, users u WHERE u.username IN ('a', 'b')
    """,
    """
    INSERT INTO cases (person_id, flag_count, score, reasons, version, closed_at)
    SELECT id, 2, 2, '{abuse,spam}', 2, CASE WHEN username = 'b' THEN now() END
    FROM users WHERE username IN ('a', 'b')
    """,
    """
    INSERT INTO flags (person_id, case_id, reporter_id, reason, words, mark_debate_id, mark_id, mark_words)
    SELECT c.person_id, c.id, u.id, 'abuse', '', m.debate_id, m.id, m.words
    FROM cases c JOIN review_marks m ON m.marker_id = c.person_id JOIN users u ON u.username = 'c'
    """,
    """
    INSERT INTO flags (person_id, case_id, reporter_id, reason, words)
    SELECT c.person_id, c.id, u.id, 'spam', '' FROM cases c, users u WHERE u.username = 'c'
    """,
)
CASES = "SELECT person_id, mark_id, flag_count, score, reasons, closed_at IS NULL FROM cases ORDER BY id"
FLAGS = "SELECT case_id, person_id, mark_id, words, withdrawn_at IS NULL FROM flags WHERE reason = 'abuse' ORDER BY id"


def test_what_waited_has_a_case_of_its_own_and_what_was_decided_stays(database_url: str) -> None:
    schema.downgrade(database_url, BEFORE)
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as db:
        for statement in SCENE:
            db.execute(statement)
        schema.upgrade(database_url)
        assert db.execute(CASES).fetchall() == [
            (1, None, 1, 1.0, ["spam"], True), (2, None, 1, 1.0, ["spam"], False), (None, 1, 1, 1.0, ["abuse"], True),
        ]  # fmt: skip
        assert db.execute(FLAGS).fetchall() == [(3, None, 1, "", True), (2, 2, None, "Words of B", False)]
        hide = "INSERT INTO decisions (debate_id, mark_id, action, explanation) SELECT debate_id, id, 'hide', '' "
        db.execute(f"{hide} FROM review_marks WHERE slot = 1")
        db.execute("UPDATE review_marks SET hidden_by_id = (SELECT max(id) FROM decisions) WHERE slot = 1")
        schema.downgrade(database_url, BEFORE)
        ended = "SELECT slot, resolution FROM review_marks ORDER BY slot"
        assert db.execute(ended).fetchall() == [(1, "moderator"), (2, None)]
