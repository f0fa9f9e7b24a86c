"""Trees of arguments with votes, as strength sees them."""

from hypothesis import strategies as st

from app.models import Relation
from app.standing.strength_tree import RatedArgument

relations = st.sampled_from(Relation)
counts = st.integers(0, 4)


@st.composite
def rated_trees(draw: st.DrawFn, most: int = 14) -> list[RatedArgument]:
    """Few authors, so that they reply to one argument again and again."""
    arguments: list[RatedArgument] = []
    for id in range(1, draw(st.integers(1, most)) + 1):
        parent = draw(st.one_of(st.none(), st.sampled_from(arguments))) if arguments else None
        arguments.append(
            RatedArgument(
                id,
                parent_id=parent.id if parent else None,
                relation=draw(relations) if parent else None,
                author_id=draw(st.sampled_from([None, 1, 2])),
                agree=draw(counts),
                disagree=draw(counts),
                passes=draw(counts),
                is_listed=draw(st.integers(0, 5)) > 0,
            )
        )
    return arguments
