"""Steering background work: take it out of the queue, and try it again."""
