"""Several sensors at once: bulk reads and writes in columns, as JSON or as an Apache Arrow stream."""
