"""A delivery as it comes: files found and recognised, opened, decoded, cut into rows, held to their headers."""
