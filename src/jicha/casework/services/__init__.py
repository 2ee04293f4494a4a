"""What people and the system do to casework, one module a subject. Every service is one transaction with its event."""
