"""A stand-in for pip: `pip download` copies a small wheel, or fails as pip does."""
