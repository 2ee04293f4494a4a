"""The county's wires: the tree of an area's conductors, and what wires and transformers lose."""
