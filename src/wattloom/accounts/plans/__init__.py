"""Plans: how often and how much the accounts that have one may use what there is."""
