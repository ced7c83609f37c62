"""Annotations: what people and systems remark about a time on an account, an asset or a sensor."""
