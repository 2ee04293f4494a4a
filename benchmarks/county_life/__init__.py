"""How the synthetic county lives beside real measurements; `make county-life` writes docs/county-life.md."""
