"""The API that FlexMeasures' clients know."""

FLEXMEASURES_VERSION = "1.0.1"
"""The FlexMeasures release that we are compatible with; clients switch their behaviour on it."""
