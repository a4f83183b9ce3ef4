"""An identity provider, asked by OpenID Connect; a part that is there where it is set up."""
