"""Our own API: what FlexMeasures does not have."""
