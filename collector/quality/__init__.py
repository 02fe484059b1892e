"""What an episode must be like to be published."""

from collector.quality.gates import GATES, PSNR_FLOOR, Evidence, Figures, Verdict, Video, judge, psnr

__all__ = ["GATES", "PSNR_FLOOR", "Evidence", "Figures", "Verdict", "Video", "judge", "psnr"]
