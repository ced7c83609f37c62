"""From beliefs to answers: what counts, on which grid, and how many points of it."""
