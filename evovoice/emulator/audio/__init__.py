"""Sound, in a process of its own: `process.py` is the core's side, all else runs in that process.

Nothing here decides who hears whom; what it is ordered is written in `state/media.py`.
"""
