"""What upsets the schedule: storm and heat days, crews out of action."""
