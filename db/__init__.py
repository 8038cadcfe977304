"""What is durable, and the only SQL.

A book per subject; each of its acts is whole or not at all. Opens one file for one process.
"""
