"""Words are understood: passages marked, tagged, grouped into themes, and read for facts."""
