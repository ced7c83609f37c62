"""Time series: sensors, data sources and beliefs.

Records what somebody believed about an event, reads what was believed at any
moment, and resamples it. A sensor belongs to an asset, of which this package
knows only the id; it knows nothing of users and permissions.
"""
