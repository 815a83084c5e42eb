"""What instructors run: keep lessons paired, check them, and check the machine."""
