"""Papers that show how a number came about: worksheet, letter and proof, in two languages, as text and PDF."""
