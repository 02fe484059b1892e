"""The recording: the tick log of one episode, from which every view is rendered."""

from collector.recording.actions import ACTION_KEYS, EXTRA_KEYS, KEYBOARD, action_vectors
from collector.recording.reader import Recording
from collector.recording.schema import ClockMeta, Header, Meta, Outcome, PlayerMeta, Seeds, WorldMeta
from collector.recording.writer import RecordingWriter, Section, TickRows

__all__ = [
    "ACTION_KEYS",
    "EXTRA_KEYS",
    "KEYBOARD",
    "ClockMeta",
    "Header",
    "Meta",
    "Outcome",
    "PlayerMeta",
    "Recording",
    "RecordingWriter",
    "Section",
    "Seeds",
    "TickRows",
    "WorldMeta",
    "action_vectors",
]
