"""Minecraft multiplayer data collection: play once, record everything, render every view."""
