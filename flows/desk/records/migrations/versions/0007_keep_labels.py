"""Keep labels."""

import sqlalchemy as sa
from alembic import op

from flows.desk.records.database import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "finding_label",
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=200), nullable=False),
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("labelled_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_finding_label_account_id")
        ),
        sa.PrimaryKeyConstraint("label_id", name=op.f("pk_finding_label")),
        sa.UniqueConstraint(
            "call_id", "rule_id", "number", name=op.f("uq_finding_label_call_id_rule_id_number")
        ),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("finding_label")
