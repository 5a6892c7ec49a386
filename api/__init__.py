"""What we offer to programs: REST, problems as RFC 9457, tokens with scopes."""
