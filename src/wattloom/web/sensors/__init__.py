"""The page of one sensor: its graphs, its facts, and what comes in and goes out."""
