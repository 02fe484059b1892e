"""What an episode must be like to be published."""

from collector.quality.gates import (
    GATES,
    IMPORT_GATES,
    PSNR_FLOOR,
    Evidence,
    Figures,
    Gate,
    Verdict,
    Video,
    judge,
    psnr,
)

__all__ = [
    "GATES",
    "IMPORT_GATES",
    "PSNR_FLOOR",
    "Evidence",
    "Figures",
    "Gate",
    "Verdict",
    "Video",
    "judge",
    "psnr",
]
