"""What a meeting is: values and rules.

Standard library only; nothing here reads a clock, awaits, or knows of Discord or of SQL.
"""
