"""Bills recalculated: how many, which not and why, line by line, and again under other facts.

No price and no formula stands here: they are law and marts.
"""
