"""Re-calculation of bills, measured: see `__main__`."""
