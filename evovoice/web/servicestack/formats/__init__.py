"""The four formats of the contract, as pure functions: no request, no framework, no clock."""
