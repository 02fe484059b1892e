"""What is painted over the picture: the heads-up display and open screens."""
