"""The formats by themselves."""
