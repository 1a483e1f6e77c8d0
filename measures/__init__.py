"""What is done: measures with their checks, progress and money, in public."""
