"""Judging: what a sweep found, held against what a synthetic county knows was planted."""
