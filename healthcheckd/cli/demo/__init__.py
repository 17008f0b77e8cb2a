"""The demonstration: a gateway with scripted accounts, a mail server that keeps mail, and the real daemon."""
