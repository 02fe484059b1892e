"""Every error that a user can cause.

    CollectorError
    ├── UsageError              what was asked for cannot be done
    │   ├── UnknownEpisodeType
    │   ├── PlayerCountError
    │   ├── ViewSizeError
    │   ├── OutputError         the output folder cannot be used
    │   ├── SplitConflict       a world of the dataset would come to be on two sides of the split
    │   ├── AddressRefused      a webhook may not call that address
    │   └── KeyReused           the idempotency key was used for another job
    ├── PlayError               an episode could not be played
    ├── ServerError             a Minecraft server cannot be started or reached
    ├── RecordingError          a recording cannot be read
    │   ├── NotARecording
    │   ├── RecordingDamaged    a file is missing, truncated or changed
    │   └── SchemaError         written by another version
    ├── RenderError             a recording cannot be rendered
    ├── EncodeError             ffmpeg failed
    ├── DatasetError            a dataset cannot be read or written
    │   ├── NotADataset
    │   ├── UnknownEpisode      the dataset has no such episode, or the episode no such part
    │   ├── EpisodeExists       an episode of that name is in the dataset already
    │   ├── ShardMissing
    │   ├── DecoderMissing      the device cannot decode the pictures
    │   └── SampleDamaged       bytes of a sample differ from what was published
    ├── StoreError              a folder or bucket did not do what was asked
    │   ├── ObjectMissing
    │   ├── ObjectExists
    │   └── ObjectDamaged       what arrived is not what was sent
    ├── JobError                the service cannot do this with a job
    │   ├── UnknownJob
    │   ├── JobStateError       not in the state that the job is in
    │   ├── QuotaExceeded
    │   └── LeaseLost           the task was given to another worker
    ├── UnknownWebhook          there is no such webhook
    ├── ServiceError            a part of the service does not answer, or refuses
    ├── JudgeError              the judge of an evaluation refuses what it is asked
    │   └── JudgeUnavailable    it did not answer this time; another time it may
    ├── Stopped                 the work was stopped on request
    └── StorageFull             no space left where the output goes

A message says what was wrong, what was expected and what to do. The command line prints it without
a traceback and exits with `exit_code`.
"""

from __future__ import annotations

import errno


class CollectorError(Exception):
    """Base class; `exit_code` is what the command line exits with."""

    exit_code = 1


class UsageError(CollectorError):
    """What was asked for cannot be done."""

    exit_code = 2


class UnknownEpisodeType(UsageError):
    """No episode type has that name."""


class PlayerCountError(UsageError):
    """The episode type cannot be played by that many players."""


class ViewSizeError(UsageError):
    """The picture size is malformed or out of range."""


class OutputError(UsageError):
    """The output folder cannot be used."""


class SplitConflict(UsageError):
    """A world of the dataset would come to be on two sides of the split."""


class AddressRefused(UsageError):
    """A webhook may not call that address."""


class KeyReused(UsageError):
    """The idempotency key was used for another job."""


class PlayError(CollectorError):
    """An episode could not be played: its stage died, hung, or its script failed."""


class ServerError(CollectorError):
    """A Minecraft server cannot be started or reached."""


class RecordingError(CollectorError):
    """A recording cannot be read."""


class NotARecording(RecordingError):
    """The path holds no recording."""


class RecordingDamaged(RecordingError):
    """A file of the recording is missing, truncated or changed."""


class SchemaError(RecordingError):
    """The recording was written by another schema version."""


class RenderError(CollectorError):
    """A recording cannot be rendered."""


class EncodeError(CollectorError):
    """ffmpeg failed."""


class DatasetError(CollectorError):
    """A dataset cannot be read or written."""


class NotADataset(DatasetError):
    """The path holds no dataset."""


class UnknownEpisode(DatasetError):
    """The dataset has no such episode, or the episode no such part."""


class EpisodeExists(DatasetError):
    """An episode of that name is in the dataset already."""


class ShardMissing(DatasetError):
    """A shard that the catalog names is not there."""


class DecoderMissing(DatasetError):
    """The device that was asked for is not there, or cannot decode the pictures."""


class SampleDamaged(DatasetError):
    """The bytes of a sample differ from what was published."""


class StoreError(CollectorError):
    """A folder or bucket did not do what was asked."""


class ObjectMissing(StoreError):
    """The store holds no object of that name."""


class ObjectExists(StoreError):
    """The store holds an object of that name already; objects are never overwritten."""


class ObjectDamaged(StoreError):
    """What arrived in the store is not what was sent."""


class JobError(CollectorError):
    """The service cannot do this with a job."""


class UnknownJob(JobError):
    """There is no such job or task."""


class JobStateError(JobError):
    """The job is not in a state in which this can be done."""


class QuotaExceeded(JobError):
    """The owner has as much queued as is allowed."""


class LeaseLost(JobError):
    """The task was given to another worker, since this one had not been heard of."""


class UnknownWebhook(CollectorError):
    """There is no such webhook."""


class ServiceError(CollectorError):
    """A part of the service does not answer, or refuses what was asked."""


class JudgeError(CollectorError):
    """The judge of an evaluation refuses what it is asked: wrong key, unknown model, bad request."""


class JudgeUnavailable(JudgeError):
    """The judge did not answer this time, however often it was asked."""


class Stopped(CollectorError):
    """The work was stopped on request."""


class StorageFull(CollectorError):
    """No space is left where the output goes."""


def from_os(error: OSError) -> CollectorError:
    """The error to tell the user when the operating system refused to write."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StorageFull(f"no space left: {error}; free some, or choose another output folder")
    return OutputError(f"cannot write there: {error}; choose another output folder")
