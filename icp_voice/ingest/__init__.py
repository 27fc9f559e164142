"""Words come in: files and sources told by content, read, recognised, and settled by side and account."""
