"""The scripted week: crews, orders, appointments, a storm and a breakdown, through the real pages."""
