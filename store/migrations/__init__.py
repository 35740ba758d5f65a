"""The schema, as numbered SQL files: `store/engine/schema.py` runs them."""
