"""All that is drawn as textured rectangles: players, mobs, items, particles, the hand."""
