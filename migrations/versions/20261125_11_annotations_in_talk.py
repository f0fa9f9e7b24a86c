"""Annotations take replies and tags, are edited, moved and resolved, and remember what they were called elsewhere."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_11"
down_revision = "20261125_10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("annotations", sa.Column("parent_id", sa.BigInteger(), nullable=True))
    op.add_column("annotations", sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("annotations", sa.Column("reply_count", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("annotations", sa.Column("source_iri", sa.Text(), nullable=True))
    op.add_column("annotations", sa.Column("canonical_iri", sa.Text(), nullable=True))
    op.add_column("annotations", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("annotations", sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("annotations", sa.Column("resolved_by_id", sa.BigInteger(), nullable=True))
    op.drop_constraint(op.f("ck_annotations_kind"), "annotations", type_="check")
    op.create_check_constraint(op.f("ck_annotations_kind"), "annotations", "kind IN ('note', 'question', 'reply')")
    op.create_check_constraint(
        op.f("ck_annotations_reply_has_parent"), "annotations", "(kind = 'reply') = (parent_id IS NOT NULL)"
    )
    op.create_check_constraint(op.f("ck_annotations_tags"), "annotations", "cardinality(tags) <= 5")
    op.create_check_constraint(op.f("ck_annotations_reply_count"), "annotations", "reply_count >= 0")
    op.create_index(
        "ix_annotations_parent",
        "annotations",
        ["debate_id", "parent_id", "id"],
        unique=False,
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "ix_annotations_source",
        "annotations",
        ["debate_id", "source_iri"],
        unique=False,
        postgresql_where=sa.text("source_iri IS NOT NULL"),
    )
    op.create_foreign_key(
        op.f("fk_annotations_debate_id_parent_id"),
        "annotations",
        "annotations",
        ["debate_id", "parent_id"],
        ["debate_id", "id"],
    )
    op.create_foreign_key(
        op.f("fk_annotations_resolved_by_id"), "annotations", "users", ["resolved_by_id"], ["id"], ondelete="SET NULL"
    )
    op.create_table(
        "annotation_revisions",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("annotation_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("note", "question", "reply", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("body_markdown", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("editor_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["debate_id", "annotation_id"],
            ["annotations.debate_id", "annotations.id"],
            name=op.f("fk_annotation_revisions_debate_id_annotation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "passage_id"],
            ["passages.debate_id", "passages.id"],
            name=op.f("fk_annotation_revisions_debate_id_passage_id"),
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["users.id"], name=op.f("fk_annotation_revisions_editor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("debate_id", "annotation_id", "number", name=op.f("pk_annotation_revisions")),
    )
    op.execute("""
        INSERT INTO annotation_revisions
            (debate_id, annotation_id, number, kind, passage_id, body_markdown, editor_id, created_at)
        SELECT debate_id, id, 1, kind, passage_id, body_markdown, author_id, created_at FROM annotations
    """)


def downgrade() -> None:
    """Replies stay as notes on the passage: decisions may be about them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("annotation_revisions")
    op.drop_constraint(op.f("ck_annotations_reply_has_parent"), "annotations", type_="check")
    op.execute("UPDATE annotations SET kind = 'note' WHERE kind = 'reply'")
    op.drop_constraint(op.f("ck_annotations_kind"), "annotations", type_="check")
    op.create_check_constraint(op.f("ck_annotations_kind"), "annotations", "kind IN ('note', 'question')")
    for name in (
        "resolved_by_id", "resolved_at", "edited_at", "canonical_iri", "source_iri", "reply_count", "tags", "parent_id",
    ):  # fmt: skip
        op.drop_column("annotations", name)
