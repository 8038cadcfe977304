"""From the record to what is handed out: documents, printed sheets, charts, the calendar."""
