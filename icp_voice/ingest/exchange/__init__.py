"""What researchers bring along from other programs: REFI-QDA projects and codebooks, and Taguette's databases."""
