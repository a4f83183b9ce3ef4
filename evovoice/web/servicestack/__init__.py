"""The conventions of ServiceStack, which clients of the API speak."""
