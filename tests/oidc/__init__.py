"""Single sign-on against an identity provider of our own."""
