"""A small Discord with people in it: both days in minutes, without an account.

`python -m rehearsal` runs the real bot in a child process against the stand-in, plays the programme by
seed, and judges by what a person could have seen.
"""
