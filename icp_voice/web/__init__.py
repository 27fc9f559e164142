"""What answers over HTTP: parse, call, show."""
