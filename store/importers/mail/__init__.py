"""Mail: mbox files and folders of mails."""
