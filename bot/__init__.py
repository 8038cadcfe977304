"""The process: wires the house and keeps order. The composition root is `bot.app`."""
