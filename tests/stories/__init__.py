"""Whole calls played at random: agents, people, carrier, clock and crashes against each other.

`make stories` plays thousands; `test_stories.py` a few with fixed seeds.
"""
