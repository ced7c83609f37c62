"""From values to stored beliefs, and back: what is new, what it replaces, what is taken back or forgotten."""
