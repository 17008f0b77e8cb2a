"""The service of this machine: what has to be done to have it, as steps that can be shown before they are taken."""
