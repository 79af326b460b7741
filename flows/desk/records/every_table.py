"""All tables of the desk, for migrations, which have to know each of them."""

from flows.desk.records.accounts import Account, FailedLogin, LoginSession
from flows.desk.records.acknowledgements import AcknowledgementRecord
from flows.desk.records.calibration.sessions import (
    CalibrationItem,
    CalibrationRater,
    CalibrationRating,
    CalibrationSession,
)
from flows.desk.records.coaching_sessions.tables import AgendaItem, CoachingRecord, CommitmentRecord
from flows.desk.records.disputes import DisputeRecord
from flows.desk.records.erasures import ErasureRequest
from flows.desk.records.follow_ups import FollowUpRecord
from flows.desk.records.labels import FindingLabel
from flows.desk.records.reviews import Decision
from flows.desk.records.samples import SampleSeed
from flows.desk.records.views import SavedView

TABLES = {
    table.__tablename__
    for table in (
        *(Account, FailedLogin, LoginSession, Decision, FindingLabel, SavedView, SampleSeed),
        *(CalibrationSession, CalibrationRater, CalibrationItem, CalibrationRating),
        *(AcknowledgementRecord, DisputeRecord),
        *(CoachingRecord, AgendaItem, CommitmentRecord, FollowUpRecord),
        ErasureRequest,
    )
}
"""Names of the tables."""
