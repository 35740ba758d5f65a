"""What address books share: drafts of cards, methods, words."""
