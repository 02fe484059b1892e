"""The ray caster: every function here is compiled by Warp, for the CPU and for CUDA."""
