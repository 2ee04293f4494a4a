"""A first mapping of a source, drafted from samples of its exports."""
