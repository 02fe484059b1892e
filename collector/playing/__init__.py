"""Plays episodes: what is to be played, and the process that plays it."""
