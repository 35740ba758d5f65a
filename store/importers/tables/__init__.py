"""Tables of contacts: Google, Outlook, any other."""
