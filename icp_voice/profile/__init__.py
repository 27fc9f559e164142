"""What we know and do not know: who is ICP, views, answers, coverage, gaps, and whom to ask next."""
