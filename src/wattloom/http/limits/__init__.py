"""How often requests may come: which budgets one draws on, and what happens when one is empty."""
