"""City resources, work orders and bookings."""
