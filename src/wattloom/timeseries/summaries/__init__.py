"""What is held, without reading it: statistics, totals, and how fresh it is."""
