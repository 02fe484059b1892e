"""Every error of the players' side.

BotsError
├── StageError              the stage cannot go on; open a new one
│   ├── StageUnavailable    it could not be started
│   ├── NodeDied            the Node process is gone
│   ├── NodeHung            the Node process does not answer
│   └── AgentError          the Node side refused a call
├── EpisodeUsageError       the episode cannot be played as asked
│   ├── UnknownEpisodeType
│   ├── UnusableEpisodeType
│   └── PlayerCountError
└── ScriptError             a script could not do what it set out to do; the episode has failed
    ├── SkillFailed         a skill gave up
    ├── OutsideWorld        a block was to be changed where no world is loaded
    └── EpisodeTooLong      the deadline of the episode has passed
"""

from __future__ import annotations


class BotsError(Exception):
    """Base class."""


class StageError(BotsError):
    """The stage cannot go on; open a new one."""


class StageUnavailable(StageError):
    """The stage could not be started."""


class NodeDied(StageError):
    """The Node process is gone; the message holds its last output."""


class NodeHung(StageError):
    """The Node process does not answer; the message holds its last output."""


class AgentError(StageError):
    """The Node side refused a call; the message holds its reason."""


class EpisodeUsageError(BotsError):
    """The episode cannot be played as asked."""


class UnknownEpisodeType(EpisodeUsageError):
    """No episode type has that name."""


class UnusableEpisodeType(EpisodeUsageError):
    """What an installed package offers as an episode type cannot be one."""


class PlayerCountError(EpisodeUsageError):
    """The episode type cannot be played by that many players."""


class ScriptError(BotsError):
    """A script could not do what it set out to do; the episode has failed."""


class SkillFailed(ScriptError):
    """A skill gave up."""


class OutsideWorld(ScriptError):
    """A block was to be changed where no world is loaded."""


class EpisodeTooLong(ScriptError):
    """The deadline of the episode has passed."""
