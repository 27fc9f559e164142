"""How good it is, in numbers, on anybody's data: one module per measure. Nothing here changes a workspace."""
