"""Trials of the episode types: how often each succeeds, and the page that tells."""
