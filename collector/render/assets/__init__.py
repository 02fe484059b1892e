"""What the game ships: block states, models and textures, baked into what the kernel reads."""
