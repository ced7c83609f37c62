"""The FlexMeasures-compatible API; its shapes never change."""
