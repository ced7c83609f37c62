"""The HTTP API: v3_0 as FlexMeasures' clients know it, v4 for what is ours alone.

Translates between the wire and the capability packages; no SQL, no optimisation.
"""
