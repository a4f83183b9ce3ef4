"""Tests of the conventions of ServiceStack."""
