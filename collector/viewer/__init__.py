"""Shows episodes: all players' videos on one timeline, with what they pressed and how they were."""

from collector.viewer.page import Page, write_page

__all__ = ["Page", "write_page"]
