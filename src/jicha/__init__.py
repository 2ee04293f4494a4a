"""Jicha 稽查: electricity marketing inspection."""
