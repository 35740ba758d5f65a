"""What the owner types, and merge and split: every write that is neither import nor decision."""
