"""Messages to people: kept in the database with what they report, sent by a job."""
