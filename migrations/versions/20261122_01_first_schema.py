"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_01"
down_revision = None
branch_labels = None
depends_on = None

CIRCLE = [("arguments", "hidden_by_id"), ("arguments", "locked_by_id"), ("annotations", "hidden_by_id")]


def upgrade() -> None:
    op.create_table(
        "debates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("summary_markdown", sa.Text(), nullable=False),
        sa.Column("summary_html", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "locked",
                "archived",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("argument_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("annotation_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("vote_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("undecided_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debates")),
        sa.UniqueConstraint("slug", name=op.f("uq_debates_slug")),
    )
    op.create_table(
        "log_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("moderator_name", sa.Text(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "dismiss",
                "hide",
                "restore",
                "lock",
                "unlock",
                "silence",
                "unsilence",
                "suspend",
                "unsuspend",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("debate_id", sa.BigInteger(), nullable=True),
        sa.Column("debate_slug", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("item", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("house_rule", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entries")),
    )
    op.create_index("ix_log_entries_debate", "log_entries", ["debate_id", sa.literal_column("id DESC")], unique=False)
    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index("ix_mails_unsent", "mails", ["id"], unique=False, postgresql_where=sa.text("sent_at IS NULL"))
    op.create_table(
        "rate_limit_hits",
        sa.Column("limit_name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hits", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("limit_name", "key_hash", "window_start", name=op.f("pk_rate_limit_hits")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "moderator",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="member",
            nullable=False,
        ),
        sa.Column("is_simulated", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("unread_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("unread_count >= 0", name=op.f("ck_users_unread_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index("uq_users_email_lower", "users", [sa.literal_column("lower(email)")], unique=True)
    op.create_index("uq_users_username_lower", "users", [sa.literal_column("lower(username)")], unique=True)
    op.create_table(
        "debate_roles",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("moderator", "host", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_debate_roles_debate_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_debate_roles_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("debate_id", "user_id", name=op.f("pk_debate_roles")),
    )
    op.create_table(
        "essays",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_essays_debate_id")),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_essays")),
    )
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "verify_email",
                "reset_password",
                "become_administrator",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_one_time_links_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_links_token_hash")),
    )
    op.create_index(op.f("ix_one_time_links_user_id"), "one_time_links", ["user_id"], unique=False)
    op.create_table(
        "positions",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary_markdown", sa.Text(), nullable=False),
        sa.Column("summary_html", sa.Text(), nullable=False),
        sa.Column("argument_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("stance_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 5", name=op.f("ck_positions_number")),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_positions_debate_id")),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_positions")),
        sa.UniqueConstraint("debate_id", "key", name=op.f("uq_positions_debate_id_key")),
        sa.UniqueConstraint("debate_id", "number", name=op.f("uq_positions_debate_id_number")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "arguments",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("root_id", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "support", "rebut", "undercut", name="relation", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("position_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "origin",
            sa.Enum("essay", "person", name="origin", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("grounds_markdown", sa.Text(), nullable=False),
        sa.Column("grounds_html", sa.Text(), nullable=False),
        sa.Column("seed_key", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by_id", sa.BigInteger(), nullable=True),
        sa.Column("locked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("agree_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("disagree_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pass_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("support_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rebut_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("undercut_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "base_score",
            sa.Double(),
            sa.Computed("(agree_count + 1.0) / (agree_count + disagree_count + 2.0)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("(parent_id IS NULL) = (depth = 0)", name=op.f("ck_arguments_depth")),
        sa.CheckConstraint("(parent_id IS NULL) = (relation IS NULL)", name=op.f("ck_arguments_relation_of_reply")),
        sa.CheckConstraint(
            "least(agree_count, disagree_count, pass_count, support_count, rebut_count, undercut_count) >= 0",
            name=op.f("ck_arguments_counts"),
        ),
        sa.CheckConstraint(
            "parent_id IS NOT NULL OR position_id IS NOT NULL", name=op.f("ck_arguments_first_level_has_position")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_arguments_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["debate_id", "parent_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_arguments_debate_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "position_id"],
            ["positions.debate_id", "positions.id"],
            name=op.f("fk_arguments_debate_id_position_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "root_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_arguments_debate_id_root_id"),
        ),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_arguments_debate_id")),
        sa.ForeignKeyConstraint(
            ["hidden_by_id"], ["decisions.id"], name=op.f("fk_arguments_hidden_by_id"), use_alter=True
        ),
        sa.ForeignKeyConstraint(
            ["locked_by_id"], ["decisions.id"], name=op.f("fk_arguments_locked_by_id"), use_alter=True
        ),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_arguments")),
        sa.UniqueConstraint("author_id", "idempotency_key", name=op.f("uq_arguments_author_id_idempotency_key")),
        sa.UniqueConstraint("debate_id", "seed_key", name=op.f("uq_arguments_debate_id_seed_key")),
    )
    op.create_index("ix_arguments_author", "arguments", ["author_id", sa.literal_column("id DESC")], unique=False)
    op.create_index(
        "ix_arguments_replies",
        "arguments",
        ["debate_id", "parent_id", "relation", sa.literal_column("base_score DESC"), "id"],
        unique=False,
    )
    op.create_index("ix_arguments_thread", "arguments", ["debate_id", "root_id", "depth"], unique=False)
    op.create_index(
        "ix_arguments_strongest",
        "arguments",
        ["debate_id", "position_id", sa.literal_column("base_score DESC"), "id"],
        unique=False,
        postgresql_where=sa.text("hidden_by_id IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "essay_revisions",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("essay_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("publisher_id", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["debate_id", "essay_id"],
            ["essays.debate_id", "essays.id"],
            name=op.f("fk_essay_revisions_debate_id_essay_id"),
        ),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["users.id"], name=op.f("fk_essay_revisions_publisher_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_essay_revisions")),
        sa.UniqueConstraint(
            "debate_id", "essay_id", "number", name=op.f("uq_essay_revisions_debate_id_essay_id_number")
        ),
    )
    op.create_table(
        "stances",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("first_position_id", sa.BigInteger(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("latest_position_id", sa.BigInteger(), nullable=True),
        sa.Column("latest_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["debate_id", "first_position_id"],
            ["positions.debate_id", "positions.id"],
            name=op.f("fk_stances_debate_id_first_position_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "latest_position_id"],
            ["positions.debate_id", "positions.id"],
            name=op.f("fk_stances_debate_id_latest_position_id"),
        ),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_stances_debate_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stances_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("debate_id", "user_id", name=op.f("pk_stances")),
    )
    op.create_table(
        "argument_revisions",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("grounds_markdown", sa.Text(), nullable=False),
        sa.Column("editor_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_argument_revisions_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["users.id"], name=op.f("fk_argument_revisions_editor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("debate_id", "argument_id", "number", name=op.f("pk_argument_revisions")),
    )
    op.create_table(
        "paragraphs",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("block", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint('"start" >= 0 AND "end" >= "start"', name=op.f("ck_paragraphs_range")),
        sa.ForeignKeyConstraint(
            ["debate_id", "revision_id"],
            ["essay_revisions.debate_id", "essay_revisions.id"],
            name=op.f("fk_paragraphs_debate_id_revision_id"),
        ),
        sa.PrimaryKeyConstraint("debate_id", "revision_id", "number", name=op.f("pk_paragraphs")),
    )
    op.create_table(
        "passages",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("paragraph_number", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint('"start" >= 0 AND "end" > "start"', name=op.f("ck_passages_range")),
        sa.ForeignKeyConstraint(
            ["debate_id", "revision_id"],
            ["essay_revisions.debate_id", "essay_revisions.id"],
            name=op.f("fk_passages_debate_id_revision_id"),
        ),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_passages")),
        sa.UniqueConstraint(
            "debate_id", "revision_id", "start", "end", name=op.f("uq_passages_debate_id_revision_id_start_end")
        ),
    )
    op.create_table(
        "votes",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "value",
            sa.Enum("agree", "disagree", "pass", name="value", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_votes_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_votes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("debate_id", "user_id", "argument_id", name=op.f("pk_votes")),
    )
    op.create_table(
        "annotations",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("note", "question", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("body_markdown", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_annotations_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "passage_id"],
            ["passages.debate_id", "passages.id"],
            name=op.f("fk_annotations_debate_id_passage_id"),
        ),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_annotations_debate_id")),
        sa.ForeignKeyConstraint(
            ["hidden_by_id"], ["decisions.id"], name=op.f("fk_annotations_hidden_by_id"), use_alter=True
        ),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_annotations")),
        sa.UniqueConstraint("author_id", "idempotency_key", name=op.f("uq_annotations_author_id_idempotency_key")),
    )
    op.create_index("ix_annotations_author", "annotations", ["author_id", sa.literal_column("id DESC")], unique=False)
    op.create_index("ix_annotations_passage", "annotations", ["debate_id", "passage_id"], unique=False)
    op.create_table(
        "citations",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=False),
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_citations_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "passage_id"],
            ["passages.debate_id", "passages.id"],
            name=op.f("fk_citations_debate_id_passage_id"),
        ),
        sa.PrimaryKeyConstraint("debate_id", "argument_id", "passage_id", name=op.f("pk_citations")),
    )
    op.create_index("ix_citations_passage", "citations", ["debate_id", "passage_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=True),
        sa.Column("annotation_id", sa.BigInteger(), nullable=True),
        sa.Column("flag_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("flag_count >= 0", name=op.f("ck_cases_flag_count")),
        sa.CheckConstraint("num_nonnulls(argument_id, annotation_id) = 1", name=op.f("ck_cases_one_item")),
        sa.ForeignKeyConstraint(
            ["debate_id", "annotation_id"],
            ["annotations.debate_id", "annotations.id"],
            name=op.f("fk_cases_debate_id_annotation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_cases_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_cases_debate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(
        "ix_cases_queue", "cases", ["opened_at", "id"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(
        "uq_cases_one_open_an_annotation",
        "cases",
        ["debate_id", "annotation_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL AND annotation_id IS NOT NULL"),
    )
    op.create_index(
        "uq_cases_one_open_an_argument",
        "cases",
        ["debate_id", "argument_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL AND argument_id IS NOT NULL"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("debate_id", sa.BigInteger(), nullable=True),
        sa.Column("argument_id", sa.BigInteger(), nullable=True),
        sa.Column("annotation_id", sa.BigInteger(), nullable=True),
        sa.Column("concerned_id", sa.BigInteger(), nullable=True),
        sa.Column("moderator_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "dismiss",
                "hide",
                "restore",
                "lock",
                "unlock",
                "silence",
                "unsilence",
                "suspend",
                "unsuspend",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "house_rule",
            sa.Enum(
                "civil",
                "on_topic",
                "honest",
                "privacy",
                "no_spam",
                "law",
                name="house_rule",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id")),
        sa.ForeignKeyConstraint(
            ["concerned_id"], ["users.id"], name=op.f("fk_decisions_concerned_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "annotation_id"],
            ["annotations.debate_id", "annotations.id"],
            name=op.f("fk_decisions_debate_id_annotation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_decisions_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_decisions_debate_id")),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["users.id"], name=op.f("fk_decisions_moderator_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["reverses_id"], ["decisions.id"], name=op.f("fk_decisions_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_decisions_reverses_id")),
    )
    op.create_index("ix_decisions_case", "decisions", ["case_id"], unique=False)
    op.create_index("ix_decisions_concerned", "decisions", ["concerned_id", sa.literal_column("id DESC")], unique=False)
    op.create_table(
        "flags",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=True),
        sa.Column("annotation_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "spam",
                "abuse",
                "illegal",
                "off_topic",
                "impersonation",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("num_nonnulls(argument_id, annotation_id) = 1", name=op.f("ck_flags_one_item")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_flags_case_id")),
        sa.ForeignKeyConstraint(
            ["debate_id", "annotation_id"],
            ["annotations.debate_id", "annotations.id"],
            name=op.f("fk_flags_debate_id_annotation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_flags_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_flags_debate_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name=op.f("fk_flags_reporter_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
    )
    op.create_index("ix_flags_case", "flags", ["case_id"], unique=False)
    op.create_index(
        "uq_flags_one_a_person_and_annotation",
        "flags",
        ["reporter_id", "debate_id", "annotation_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL AND annotation_id IS NOT NULL"),
    )
    op.create_index(
        "uq_flags_one_a_person_and_argument",
        "flags",
        ["reporter_id", "debate_id", "argument_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL AND argument_id IS NOT NULL"),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reply", "decision", "flag_outcome", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("debate_id", sa.BigInteger(), nullable=True),
        sa.Column("argument_id", sa.BigInteger(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_notifications_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_notifications_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_notifications_debate_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_notifications_decision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notifications_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index("ix_notifications_user", "notifications", ["user_id", sa.literal_column("id DESC")], unique=False)
    op.create_table(
        "sanctions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("silence", "suspend", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("debate_id", sa.BigInteger(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_sanctions_debate_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_sanctions_decision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sanctions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
    )
    op.create_index(
        "ix_sanctions_in_force", "sanctions", ["user_id"], unique=False, postgresql_where=sa.text("lifted_at IS NULL")
    )

    # Items name the decision that hid or locked them, and decisions name items: the circle closes here.
    for table, column in CIRCLE:
        op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, "decisions", [column], ["id"])


def downgrade() -> None:
    for table, column in CIRCLE:
        op.drop_constraint(op.f(f"fk_{table}_{column}"), table, type_="foreignkey")
    op.drop_index("ix_sanctions_in_force", table_name="sanctions", postgresql_where=sa.text("lifted_at IS NULL"))
    op.drop_table("sanctions")
    op.drop_index("ix_notifications_user", table_name="notifications")
    op.drop_table("notifications")
    op.drop_index(
        "uq_flags_one_a_person_and_argument",
        table_name="flags",
        postgresql_where=sa.text("withdrawn_at IS NULL AND argument_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_flags_one_a_person_and_annotation",
        table_name="flags",
        postgresql_where=sa.text("withdrawn_at IS NULL AND annotation_id IS NOT NULL"),
    )
    op.drop_index("ix_flags_case", table_name="flags")
    op.drop_table("flags")
    op.drop_index("ix_decisions_concerned", table_name="decisions")
    op.drop_index("ix_decisions_case", table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(
        "uq_cases_one_open_an_argument",
        table_name="cases",
        postgresql_where=sa.text("closed_at IS NULL AND argument_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_cases_one_open_an_annotation",
        table_name="cases",
        postgresql_where=sa.text("closed_at IS NULL AND annotation_id IS NOT NULL"),
    )
    op.drop_index("ix_cases_queue", table_name="cases", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_table("cases")
    op.drop_index("ix_citations_passage", table_name="citations")
    op.drop_table("citations")
    op.drop_index("ix_annotations_passage", table_name="annotations")
    op.drop_index("ix_annotations_author", table_name="annotations")
    op.drop_table("annotations")
    op.drop_table("votes")
    op.drop_table("passages")
    op.drop_table("paragraphs")
    op.drop_table("argument_revisions")
    op.drop_table("stances")
    op.drop_table("essay_revisions")
    op.drop_index(
        "ix_arguments_strongest",
        table_name="arguments",
        postgresql_where=sa.text("hidden_by_id IS NULL AND withdrawn_at IS NULL"),
    )
    op.drop_index("ix_arguments_thread", table_name="arguments")
    op.drop_index("ix_arguments_replies", table_name="arguments")
    op.drop_index("ix_arguments_author", table_name="arguments")
    op.drop_table("arguments")
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("positions")
    op.drop_index(op.f("ix_one_time_links_user_id"), table_name="one_time_links")
    op.drop_table("one_time_links")
    op.drop_table("essays")
    op.drop_table("debate_roles")
    op.drop_index("uq_users_username_lower", table_name="users")
    op.drop_index("uq_users_email_lower", table_name="users")
    op.drop_table("users")
    op.drop_table("rate_limit_hits")
    op.drop_index("ix_mails_unsent", table_name="mails", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_table("mails")
    op.drop_index("ix_log_entries_debate", table_name="log_entries")
    op.drop_table("log_entries")
    op.drop_table("debates")
