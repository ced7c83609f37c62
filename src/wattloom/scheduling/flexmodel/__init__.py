"""The words of flex-models and flex-contexts, parsed to typed fields.

``fields.toml`` is the one table of fields: name, unit, default, description.
Knows units and times, not databases.
"""
