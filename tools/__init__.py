"""What the memory can do for whoever asks: one file a capability."""
