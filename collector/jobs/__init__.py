"""Jobs: what is to be collected, the board in Redis that keeps their state, and the workers."""
