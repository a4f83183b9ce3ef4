"""Tests of the storage floor, on both databases."""
