"""What the hall sees and does: the screen, the desk, the page of a seat."""
