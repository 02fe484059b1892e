"""Scripted Minecraft players on a shared tick clock."""
