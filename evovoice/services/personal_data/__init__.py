"""Numbers, names and texts of outside parties: erased in time, and exported or erased for one
number (C91).
"""
