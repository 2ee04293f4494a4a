"""The exports of the county's systems, as the systems write them."""
