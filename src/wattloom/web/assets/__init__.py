"""Pages of assets: lists, and what the tabs of one asset show."""
