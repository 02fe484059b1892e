"""Collects a dataset: what a job plays, and the one process that plays, renders, checks and packs it."""
