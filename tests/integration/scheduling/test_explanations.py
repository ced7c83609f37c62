"""Explanations over HTTP: what is told of a schedule, to whom, and what is told when there is none."""
