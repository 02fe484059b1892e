"""The voxel world of a recording at a tick: cells, light, sky, and the distance field over them."""
