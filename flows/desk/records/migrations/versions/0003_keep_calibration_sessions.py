"""Keep calibration sessions."""

import sqlalchemy as sa
from alembic import op

from flows.desk.records.database import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "calibration_session",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("ends_at", Instant(timezone=True), nullable=False),
        sa.Column("closed_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["account.account_id"], name=op.f("fk_calibration_session_expert_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.account_id"], name=op.f("fk_calibration_session_made_by")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_calibration_session")),
    )
    op.create_table(
        "calibration_item",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column("call_date", sa.Date(), nullable=False),
        sa.Column("rule_id", sa.String(length=200), nullable=True),
        sa.Column("scorecard_id", sa.String(length=200), nullable=True),
        sa.Column("question", sa.String(length=200), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("observes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_session.session_id"],
            name=op.f("fk_calibration_item_session_id"),
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_calibration_item")),
        sa.UniqueConstraint(
            "session_id", "position", name=op.f("uq_calibration_item_session_id_position")
        ),
    )
    op.create_table(
        "calibration_rater",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_calibration_rater_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_session.session_id"],
            name=op.f("fk_calibration_rater_session_id"),
        ),
        sa.PrimaryKeyConstraint("session_id", "account_id", name=op.f("pk_calibration_rater")),
    )
    op.create_table(
        "calibration_rating",
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("rated_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_calibration_rating_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["calibration_item.item_id"], name=op.f("fk_calibration_rating_item_id")
        ),
        sa.PrimaryKeyConstraint("rating_id", name=op.f("pk_calibration_rating")),
        sa.UniqueConstraint(
            "item_id",
            "account_id",
            "number",
            name=op.f("uq_calibration_rating_item_id_account_id_number"),
        ),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("calibration_rating")
    op.drop_table("calibration_rater")
    op.drop_table("calibration_item")
    op.drop_table("calibration_session")
