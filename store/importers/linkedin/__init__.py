"""LinkedIn: the archive, and single files of it."""
