"""What the organiser says: settings, programme and roster, read and checked with every fault at once."""
