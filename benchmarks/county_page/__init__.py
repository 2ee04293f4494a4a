"""The page docs/county.md: a county built as anybody would, read from its exports, drawn and counted."""
