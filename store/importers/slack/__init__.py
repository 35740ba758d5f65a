"""Slack's export."""
