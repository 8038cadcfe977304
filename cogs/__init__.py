"""What people may do in Discord: per subject its commands (cog), controls and panel.

Surfaces parse, act and answer. No rule of procedure is here, and no state: everything is in the ledger.
"""
