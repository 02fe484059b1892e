"""Frames as files: planes, encoders, and the filming of a recording."""
