"""Promises, requests, reminders and news in messages, found by rules that are data."""
