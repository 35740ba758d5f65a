"""The faces of Kinkeeper, and the only place that reads settings, clock and environment."""
