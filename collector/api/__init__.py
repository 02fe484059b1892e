"""The service as users see it: REST under `/v1`, and the dashboard at `/`."""
