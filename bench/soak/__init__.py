"""A long run with faults and rotations: what must never happen, watched all the time, and memory."""
